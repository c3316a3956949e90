package dev.gatehouse.gateway.certificate;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/// Whom a certificate names: the one URI among its alternative names (a SPIFFE ID, say), without a URI the one DNS name as `dns:host`, without either the
/// whole subject as `dn:CN=…,O=…` (RFC 2253). A name that could be spelled in another way, or one of several of its kind, is nobody's. Pure.
public final class CertificateName {

    private static final String EXPECTED = "a URI such as spiffe://example.org/orders, dns:host, or dn: and a subject such as dn:CN=orders,O=Example";
    private static final String DNS = "dns:";
    private static final String DN = "dn:";
    private static final int LONGEST = 1024;
    // RFC 5280 §4.2.1.6.
    private static final int DNS_NAME = 2;
    private static final int URI = 6;

    private static final String LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
    private static final Pattern HOST = Pattern.compile(LABEL + "(\\." + LABEL + ")*");
    /// Scheme and authority in small letters, nothing encoded, no port, no user, no query, no fragment, no empty segment.
    private static final Pattern HIERARCHICAL = Pattern
            .compile("[a-z][a-z0-9+.-]*://[a-z0-9._-]+(/[A-Za-z0-9._~!$&'()*+,;=:@-]+)*");
    private static final Pattern URN = Pattern.compile("urn:[a-z0-9][a-z0-9-]{1,31}:[A-Za-z0-9._~!$&'()*+,;=:@-]+");

    private CertificateName() {}

    /// The name of whom a certificate belongs to.
    ///
    /// @throws IllegalArgumentException saying why it names nobody, without a word of the certificate
    static String of(X509Certificate certificate) {
        List<String> uris = alternatives(certificate, URI);
        List<String> hosts = alternatives(certificate, DNS_NAME);
        String name = uris.isEmpty()
                ? hosts.isEmpty() ? subject(certificate.getSubjectX500Principal()) : DNS + host(one(hosts, "DNS name"))
                : uri(one(uris, "URI"));
        if (name.length() > LONGEST) {
            throw new IllegalArgumentException("a name longer than " + LONGEST + " characters");
        }
        return name;
    }

    private static List<String> alternatives(X509Certificate certificate, int kind) {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            if (all != null) {
                for (List<?> name : all) {
                    if (name.get(0) instanceof Integer found && found == kind) {
                        names.add(String.valueOf(name.get(1)));
                    }
                }
            }
        } catch (CertificateParsingException _) {
            throw new IllegalArgumentException("alternative names that cannot be read");
        }
        return names;
    }

    private static String one(List<String> names, String kind) {
        if (names.size() > 1) {
            throw new IllegalArgumentException("more than one " + kind);
        }
        return names.getFirst();
    }

    private static String uri(String text) {
        boolean dots = text.contains("/./") || text.contains("/../") || text.endsWith("/.") || text.endsWith("/..");
        if (dots || !(HIERARCHICAL.matcher(text).matches() || URN.matcher(text).matches())) {
            throw new IllegalArgumentException("a URI that could be spelled in another way");
        }
        return text;
    }

    private static String host(String text) {
        if (text.length() > 253 || !HOST.matcher(text).matches()) {
            throw new IllegalArgumentException("a DNS name that is not the name of one host");
        }
        return text.toLowerCase(Locale.ROOT);
    }

    private static String subject(X500Principal principal) {
        String name = principal.getName(X500Principal.RFC2253);
        if (name.isEmpty()) {
            throw new IllegalArgumentException("no name");
        }
        if (!Normalizer.isNormalized(name, Normalizer.Form.NFC) || name.codePoints().anyMatch(CertificateName::isInvisible)) {
            throw new IllegalArgumentException("a subject that does not show what it is");
        }
        try {
            for (Rdn part : new LdapName(name).getRdns()) {
                if (part.size() > 1) {
                    throw new IllegalArgumentException("a subject with several values in one part");
                }
            }
        } catch (InvalidNameException _) {
            throw new IllegalArgumentException("a subject that cannot be read");
        }
        return DN + name;
    }

    private static boolean isInvisible(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED,
                    Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                true;
            case Character.SPACE_SEPARATOR -> character != ' ';
            default -> false;
        };
    }

    /// A name as an operator writes it, in the spelling in which it is compared.
    ///
    /// @throws IllegalArgumentException whose message says what was expected
    public static String parse(String text) {
        try {
            if (text.startsWith(DNS)) {
                return DNS + host(text.substring(DNS.length()));
            }
            if (text.startsWith(DN)) {
                return subject(new X500Principal(text.substring(DN.length())));
            }
            return uri(text);
        } catch (IllegalArgumentException _) {
            throw new IllegalArgumentException(EXPECTED);
        }
    }
}
