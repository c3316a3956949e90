/// The forms in which passwords lie stored: our own Argon2id, and those of the systems that people move from. `StoredHash` reads all
/// of them and is the one to read first. Every form has bounds: what is too costly would let one stored text stall the service, what
/// is too cheap or too short is no protection and is refused as well.
///
/// Whose code computes: Argon2 and scrypt BouncyCastle, bcrypt Spring Security (it alone knows `$2x$`), SHA-crypt Commons Codec,
/// PBKDF2 the JDK.
@NullMarked
package dev.gatehouse.auth.password.format;

import org.jspecify.annotations.NullMarked;
