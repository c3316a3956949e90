package dev.gatehouse.gateway.explain;

import dev.gatehouse.gateway.identity.HeaderSection.Field;
import dev.gatehouse.gateway.path.TargetForm;
import dev.gatehouse.gateway.problem.Code;
import dev.gatehouse.gateway.problem.Rejection;

/// What the HTTP codec and the host refuse before the gateway sees a request. They read bytes from a connection and cannot be asked here, so this
/// says the same rules again, as far as a request that is not bytes can break them.
final class Reading {

    // server.netty.max-initial-line-length and server.max-http-request-header-size in application.yml
    private static final int MAX_LINE = 8 * 1024;
    private static final int MAX_FIELDS = 16 * 1024;
    private static final String TOKEN = "!#$%&'*+-.^_`|~";

    private final Question question;
    private final Trail trail;

    Reading(Question question, Trail trail) {
        this.question = question;
        this.trail = trail;
    }

    /// The target as the gateway reads it.
    String target() {
        if (question.method().length() + question.target().length() + " HTTP/1.1 ".length() > MAX_LINE) {
            throw refused("the request line is longer than " + MAX_LINE + " characters", Code.REQUEST_TARGET_TOO_LONG);
        }
        if (!isToken(question.method())) {
            throw malformed("the method is no token");
        }
        String target = TargetForm.readable(question.target());
        if (target.isEmpty()) {
            throw malformed("the target holds what no target can");
        }
        fields();
        trail.passes("reading", "a request that can be read");
        return target;
    }

    private void fields() {
        int size = 0;
        for (Field field : question.fields()) {
            size += field.name().length() + field.value().length() + 2;
            if (!isToken(field.name()) || !isValue(field.value())) {
                throw malformed("a header field with characters that none can have");
            }
        }
        if (size > MAX_FIELDS) {
            throw refused("the header section is larger than " + MAX_FIELDS + " bytes", Code.REQUEST_HEADERS_TOO_LARGE);
        }
        if (question.all("Host").size() != 1) {
            throw malformed("no or several Host fields");
        }
        if (question.all("Content-Length").stream().anyMatch(length -> !length.matches("[0-9]{1,18}"))
                || question.all("Content-Length").size() > 1) {
            throw malformed("Content-Length is not one number");
        }
    }

    private Rejection malformed(String why) {
        return refused(why, Code.REQUEST_MALFORMED);
    }

    private Rejection refused(String why, Code code) {
        return trail.refuses("reading", why, new Rejection(code));
    }

    private static boolean isToken(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || TOKEN.indexOf(c) >= 0));
    }

    private static boolean isValue(String text) {
        return text.chars().allMatch(c -> c == '\t' || (c >= ' ' && c != 0x7f));
    }
}
