package dev.gatehouse.gateway.ratelimit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

import io.netty.util.NetUtil;

/// Makes bounded, harmless keys of what clients and tokens say.
final class KeyText {

    private static final int LONGEST = 64;
    private static final String HASHED = "#";

    private KeyText() {}

    /// The value itself, or its hash where it is long: memory must not depend on what a client sends.
    static String bounded(String value) {
        return value.length() <= LONGEST && !value.startsWith(HASHED) ? value : hash(value);
    }

    /// The value itself where it is short and plain, else its hash: for keys that operators read in Redis.
    static String plainOrHash(String value) {
        if (value.length() > LONGEST) {
            return hash(value);
        }
        for (int i = 0; i < value.length(); i++) {
            if (!plain(value.charAt(i))) {
                return value.startsWith(HASHED) ? value : hash(value);
            }
        }
        return value;
    }

    /// The address as limits count it: IPv4 whole, also where it comes mapped into IPv6, IPv6 by its /64 (RFC 6177: a site's smallest share).
    static String network(String address) {
        if (address.indexOf(':') < 0) {
            return bounded(address);
        }
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
        if (bytes == null || bytes.length != 16) {
            return bounded(address);
        }
        return mapped(bytes) ? NetUtil.bytesToIpAddress(bytes, 12, 4) : HexFormat.of().formatHex(bytes, 0, 8) + "/64";
    }

    private static boolean mapped(byte[] address) {
        for (int i = 0; i < 10; i++) {
            if (address[i] != 0) {
                return false;
            }
        }
        return address[10] == -1 && address[11] == -1;
    }

    private static boolean plain(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "-_.@/".indexOf(c) >= 0;
    }

    /// 128 bits of SHA-256: nobody finds two values that share a bucket.
    private static String hash(String value) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
            return HASHED + Base64.getUrlEncoder().withoutPadding().encodeToString(java.util.Arrays.copyOf(digest, 16));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", e);
        }
    }
}
