package dev.gatehouse.auth.problem;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;

/// Answers what Tomcat refuses before any of our code runs, such as a request line it cannot read, as a problem too.
/// Tomcat makes it by name, so it is public and has no arguments.
public final class ProblemErrorValve extends ErrorReportValve {

    /// For Tomcat.
    public ProblemErrorValve() {
        super();
    }

    @Override
    protected void report(Request request, Response response, @Nullable Throwable throwable) {
        int status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        ProblemCode code = code(status);
        try {
            response.setStatus(code.status());
            response.setContentType("application/problem+json");
            response.setHeader("Cache-Control", "no-store");
            response.setHeader("X-Content-Type-Options", "nosniff");
            response.getOutputStream().write(body(code).getBytes(StandardCharsets.UTF_8));
        } catch (IOException gone) {
            container.getLogger().debug("caller has gone", gone);
        }
    }

    private static ProblemCode code(int status) {
        return switch (status) {
            case 404 -> ProblemCode.ROUTE_NONE;
            case 405, 501 -> ProblemCode.ROUTE_METHOD;
            case 413 -> ProblemCode.REQUEST_TOO_LARGE;
            default -> status < 500 ? ProblemCode.REQUEST_MALFORMED : ProblemCode.SERVICE_FAILED;
        };
    }

    /// Made of our own words only, so nothing needs escaping.
    private static String body(ProblemCode code) {
        return """
                {"type":"%s","title":"%s","status":%d,"detail":"The server could not take this request.",\
                "instance":"urn:gatehouse:request:","code":"%s","requestId":""}""".formatted(ProblemBody.TYPE + code.code(),
                code.title(),
                code.status(), code.code());
    }
}
