package load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// HAProxy (2.6 or later) doing the same work: signature, `exp`, `iss` and `aud`, the caller's headers, a limit for each user. It writes no access log, remembers
/// no token and runs on one thread.
public final class HaProxy {

    private static final String CONFIGURATION = """
            global
                nbthread 1
                maxconn 8000
            defaults
                mode http
                timeout client 60s
                timeout connect 2s
                timeout server 30s
                http-reuse always
            backend callers
                stick-table type string len 40 size 100k expire 10s store http_req_rate(1s)
            backend things
                server only 127.0.0.1:@BACKEND@
            frontend door
                bind 127.0.0.1:@PORT@
                acl guarded path_beg /api/ /unasserted/ /limited/
                acl limited path_beg /limited/
                http-request del-header X-User-Id
                http-request del-header X-User-Email
                http-request del-header X-User-Roles
                http-request set-var(txn.token) http_auth_bearer if guarded
                http-request set-var(txn.algorithm) var(txn.token),jwt_header_query('$.alg') if guarded
                acl rsa var(txn.algorithm) -m str RS256
                acl ec var(txn.algorithm) -m str ES256
                http-request return status 401 if guarded !rsa !ec
                http-request return status 401 if guarded rsa !{ var(txn.token),jwt_verify("RS256","@RS256@") -m int 1 }
                http-request return status 401 if guarded ec !{ var(txn.token),jwt_verify("ES256","@ES256@") -m int 1 }
                http-request return status 401 if guarded !{ var(txn.token),jwt_payload_query('$.iss') -m str @ISSUER@ }
                http-request return status 401 if guarded !{ var(txn.token),jwt_payload_query('$.aud') -m str api }
                http-request set-var(txn.now) date() if guarded
                http-request set-var(txn.left) var(txn.token),jwt_payload_query('$.exp','int'),sub(txn.now) if guarded
                http-request return status 401 if guarded { var(txn.left) -m int lt 1 }
                http-request set-var(txn.user) var(txn.token),jwt_payload_query('$.sub') if guarded
                http-request track-sc0 var(txn.user) table callers if limited
                http-request return status 429 if limited { sc_http_req_rate(0) gt 1000000 }
                http-request set-header X-User-Id %[var(txn.user)] if guarded
                http-request set-header X-User-Email %[var(txn.token),jwt_payload_query('$.email')] if guarded
                http-request set-header X-User-Roles %[var(txn.token),jwt_payload_query('$.roles')] if guarded
                http-request del-header Authorization if guarded
                default_backend things
            """;

    private HaProxy() {}

    /// Starts one on the processor for what is measured; empty when there is none on the path.
    public static Optional<Contender> start(Programs programs, Cores cores, int backend, String issuer, Tokens tokens) {
        return Programs.find("haproxy").map(command -> {
            int port = Programs.freePort();
            String configuration = CONFIGURATION.replace("@PORT@", "" + port).replace("@BACKEND@", "" + backend).replace("@ISSUER@", issuer);
            for (Tokens.Algorithm algorithm : Tokens.Algorithm.values()) {
                configuration = configuration.replace("@" + algorithm + "@", write(programs, algorithm + ".pem", tokens.pem(algorithm)));
            }
            List<String> words = List.of(command.toString(), "-db", "-q", "-f", write(programs, "haproxy.cfg", configuration));
            return new Contender("haproxy", port, 0, false, programs.start("haproxy", cores.measured(words), Map.of()));
        });
    }

    private static String write(Programs programs, String name, String content) {
        try {
            return Files.writeString(programs.folder().resolve(name), content).toAbsolutePath().toString();
        } catch (IOException e) {
            throw new Trouble("cannot write " + Path.of(name) + ": " + e.getMessage());
        }
    }
}
