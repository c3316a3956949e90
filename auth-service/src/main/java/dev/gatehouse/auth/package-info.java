/// The auth service: accounts, sessions and tokens.
///
/// Packages by feature; each allowed arrow is in docs/architecture.md and kept true by `ArchitectureTests`.
///
/// - `login`: signing in, refreshing, signing out
/// - `account`: registering, the account itself, `grant-role`
/// - `profile`: what somebody sees and changes of themselves: account, devices, deletion, export
/// - `recovery`, `email`: another password, another address; `proof`: what links and codes prove; `page`: the pages that links
///   open; `reauthentication`: the password once more
/// - `session`: sessions and the rotation of refresh tokens; read `Refreshing` first
/// - `token`: access tokens, issued and verified
/// - `events`: what happens, told to the rest of the system
/// - `audit`: who did what
/// - `broker`: RabbitMQ, as far as events need it
/// - `mail`: mails to users
/// - `throttle`: how often passwords may be guessed; `counting`: what it counts; `timing`: failures whose time tells nothing
/// - `revocation`: tells the gateways which sessions have ended
/// - `keys`: signing keys and what is encrypted at rest
/// - `password`: Argon2id behind a bounded number of threads; `password.format` reads the hashes of other
///   systems, `password.rules` says what a new password must be
/// - `health`, `background`, `database`, `redis`, `request`, `problem`, `settings`, `id`: what all of these stand on
@NullMarked
package dev.gatehouse.auth;

import org.jspecify.annotations.NullMarked;
