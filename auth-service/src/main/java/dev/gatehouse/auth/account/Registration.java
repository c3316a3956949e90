package dev.gatehouse.auth.account;

import dev.gatehouse.auth.password.Password;

/// What somebody asks for when they register.
///
/// @param username wanted
/// @param email wanted
/// @param password chosen
record Registration(Username username, EmailAddress email, Password password) {}
