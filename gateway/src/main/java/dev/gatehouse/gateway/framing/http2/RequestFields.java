package dev.gatehouse.gateway.framing.http2;

import java.util.List;
import java.util.Map;
import java.util.Set;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.gateway.framing.Octets;
import dev.gatehouse.gateway.path.Authority;
import dev.gatehouse.gateway.path.TargetForm;
import dev.gatehouse.gateway.problem.Code;
import dev.gatehouse.gateway.problem.Unreadable;

/// The header section of a request as HTTP/2 has it (RFC 9113 §8.2, §8.3): what could become something else in HTTP/1.1, or be read in two ways there, is
/// refused. As strict as what is asked of HTTP/1.1. Stateless.
final class RequestFields {

    private static final int MAX_FIELDS = 100;
    private static final AsciiString HOST = AsciiString.cached("host");
    private static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");
    private static final AsciiString EXPECT = AsciiString.cached("expect");
    private static final AsciiString TE = AsciiString.cached("te");
    private static final AsciiString METHOD = AsciiString.cached(":method");
    private static final AsciiString SCHEME = AsciiString.cached(":scheme");
    private static final AsciiString PATH = AsciiString.cached(":path");
    private static final AsciiString AUTHORITY = AsciiString.cached(":authority");
    private static final Set<AsciiString> PSEUDO = Set.of(METHOD, SCHEME, PATH, AUTHORITY);
    // What is said to a neighbour in HTTP/1.1 has no place here (§8.2.2).
    private static final Set<AsciiString> OF_CONNECTIONS = Set.of(AsciiString.cached("connection"),
            AsciiString.cached("proxy-connection"), AsciiString.cached("keep-alive"), AsciiString.cached("transfer-encoding"),
            AsciiString.cached("upgrade"), AsciiString.cached("http2-settings"));

    private RequestFields() {}

    /// Why the request is refused; null when it is not. The target is then readable for strict parsers, and there is an authority and no `host` beside it.
    ///
    /// @param ends whether no body follows
    static @Nullable Unreadable refusal(Http2Headers headers, boolean ends) {
        if (headers.size() > MAX_FIELDS) {
            return new Unreadable(Code.REQUEST_HEADERS_TOO_LARGE, "more than " + MAX_FIELDS + " fields");
        }
        for (Map.Entry<CharSequence, CharSequence> field : headers) {
            String why = wrong(AsciiString.of(field.getKey()), field.getValue());
            if (!why.isEmpty()) {
                return malformed(why);
            }
        }
        Unreadable line = requestLine(headers);
        if (line != null) {
            return line;
        }
        List<CharSequence> lengths = headers.getAll(CONTENT_LENGTH);
        if (!lengths.isEmpty() && (lengths.size() > 1 || !Octets.isLength(lengths.getFirst())
                || (ends && !AsciiString.contentEquals(lengths.getFirst(), "0")))) {
            return malformed("no plain content-length, or one without a body");
        }
        List<CharSequence> expected = headers.getAll(EXPECT);
        return expected.isEmpty()
                || (expected.size() == 1 && AsciiString.contentEqualsIgnoreCase(expected.getFirst(), "100-continue"))
                        ? null
                        : new Unreadable(Code.EXPECTATION_FAILED, "an expectation other than 100-continue");
    }

    /// A section behind a body, as far as it can be one (§8.1); null when a field in it cannot be.
    static @Nullable HttpHeaders trailers(Http2Headers section) {
        if (section.size() > MAX_FIELDS) {
            return null;
        }
        HttpHeaders trailers = new DefaultHttpHeaders();
        for (Map.Entry<CharSequence, CharSequence> field : section) {
            AsciiString name = AsciiString.of(field.getKey());
            if (!isName(name) || !wrong(name, field.getValue()).isEmpty()) {
                return null;
            }
            trailers.add(name, field.getValue());
        }
        return trailers;
    }

    /// What is wrong with a field by itself; empty when nothing is.
    private static String wrong(AsciiString name, CharSequence value) {
        if (name.isEmpty() || (name.charAt(0) == ':' ? !PSEUDO.contains(name) : !isName(name))) {
            return "a name that no field has";
        }
        if (!isText(value)) {
            return "control character, or space around a field's value";
        }
        if (OF_CONNECTIONS.contains(name) || (name.equals(TE) && !AsciiString.contentEqualsIgnoreCase(value, "trailers"))) {
            return "a field of a connection";
        }
        return "";
    }

    private static boolean isName(AsciiString name) {
        for (int i = 0; i < name.length(); i++) {
            int octet = name.byteAt(i) & 0xff;
            if (!Octets.isToken(octet) || (octet >= 'A' && octet <= 'Z')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isText(CharSequence value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c > 0xff || !Octets.isText(c)) {
                return false;
            }
        }
        return value.isEmpty() || !(isSpace(value.charAt(0)) || isSpace(value.charAt(value.length() - 1)));
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t';
    }

    private static @Nullable Unreadable requestLine(Http2Headers headers) {
        if (isNotOne(headers, METHOD) || isNotOne(headers, SCHEME) || isNotOne(headers, PATH)) {
            return malformed("not one method, scheme and path");
        }
        CharSequence method = headers.method();
        for (int i = 0; i < method.length(); i++) {
            if (!Octets.isToken(method.charAt(i) & 0xff)) {
                return malformed("character that a method cannot hold");
            }
        }
        if (method.isEmpty() || !isHttp(headers.scheme())) {
            return malformed("no method, or a scheme other than http and https");
        }
        return host(headers) && target(headers) ? null : malformed("no clear host, or no target of a request");
    }

    private static boolean isNotOne(Http2Headers headers, CharSequence name) {
        return headers.getAll(name).size() != 1;
    }

    private static boolean isHttp(CharSequence scheme) {
        return AsciiString.contentEquals(scheme, "https") || AsciiString.contentEquals(scheme, "http");
    }

    /// `:authority`, or `host` in its place, or both with the same text (§8.3.1).
    private static boolean host(Http2Headers headers) {
        List<CharSequence> authorities = headers.getAll(AUTHORITY);
        List<CharSequence> hosts = headers.getAll(HOST);
        if (authorities.size() > 1 || hosts.size() > 1 || authorities.size() + hosts.size() == 0) {
            return false;
        }
        CharSequence authority = authorities.isEmpty() ? hosts.getFirst() : authorities.getFirst();
        if (!Authority.isSound(authority.toString())
                || (!hosts.isEmpty() && !AsciiString.contentEqualsIgnoreCase(hosts.getFirst(), authority))) {
            return false;
        }
        headers.remove(HOST);
        headers.authority(authority);
        return true;
    }

    /// A path and perhaps a query; never a whole address, as HTTP/1.1 has for proxies.
    @SuppressWarnings({"ReferenceEquality", "StringEquality"}) // the very text means that nothing had to be encoded
    private static boolean target(Http2Headers headers) {
        String target = headers.path().toString();
        if (!target.startsWith("/") && !target.equals("*")) {
            return false;
        }
        String readable = TargetForm.readable(target);
        if (readable.isEmpty()) {
            return false;
        }
        if (readable != target) {
            headers.path(readable);
        }
        return true;
    }

    private static Unreadable malformed(String why) {
        return new Unreadable(Code.REQUEST_MALFORMED, why);
    }
}
