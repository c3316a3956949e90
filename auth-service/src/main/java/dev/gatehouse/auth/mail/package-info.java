/// Mails to users: written into an outbox in the transaction of the change they tell of, rendered from templates and sent over SMTP
/// in the background.
///
/// Other packages say `mails.enqueue(new Mail(MailKind.RESET_PASSWORD, recipient, proof))` inside their transaction and are done.
/// What a mail tells of the request that caused it (address, device, time) is taken from the request at hand.
@NullMarked
package dev.gatehouse.auth.mail;

import org.jspecify.annotations.NullMarked;
