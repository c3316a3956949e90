import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/// A business backend for trying Gatehouse out. It answers every path with JSON that shows what it received, so you see which
/// headers the gateway adds and which it takes away. Run it with `java Backend.java`; nothing but a JDK is needed.
///
/// * `GET /` is a page for people with a browser,
/// * `/status/503` answers that status,
/// * `/slow?ms=2000` waits that long first (at most a minute),
/// * `/stream?n=100` sends that many lines, one chunk each,
/// * anything else answers 200; also under the prefixes `/api` and `/public`, as the gateway's routes have them.
///
/// `BACKEND_PORT` (8082) and `BACKEND_ADDRESS` (127.0.0.1) say where it listens. A backend must be reachable by its gateway only:
/// whoever reaches it directly can send any identity header.
final class Backend {

    private static final long LONGEST_WAIT_MILLIS = 60_000;
    private static final long MOST_LINES = 1_000_000;

    public static void main(String[] arguments) throws IOException {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("sun.net.httpserver.maxIdleConnections", "10000");
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(setting("BACKEND_ADDRESS", "127.0.0.1")),
                Integer.parseInt(setting("BACKEND_PORT", "8082")));
        HttpServer server = HttpServer.create(address, 1024);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", Backend::answer);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(5)));
        server.start();
        System.out.println("backend listens on " + server.getAddress());
    }

    private static String setting(String name, String preset) {
        String value = System.getenv(name);
        return value == null || value.isBlank() ? preset : value.strip();
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            long bodyLength = exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
            String path = exchange.getRequestURI().getPath();
            String action = path.replaceFirst("^/(api|public)/", "/");
            if (path.equals("/") && !exchange.getRequestMethod().equals("POST")) {
                sendPage(exchange);
            } else if (action.equals("/stream")) {
                sendLines(exchange, parameter(exchange, "n", 10, MOST_LINES));
            } else if (action.equals("/slow")) {
                pause(parameter(exchange, "ms", 1000, LONGEST_WAIT_MILLIS));
                sendJson(exchange, 200, bodyLength);
            } else {
                sendJson(exchange, status(action), bodyLength);
            }
        }
    }

    // From /status/200 to /status/599; any other path is 200.
    private static int status(String action) {
        return action.matches("/status/[2-5]\\d\\d") ? Integer.parseInt(action.substring(8)) : 200;
    }

    private static long parameter(HttpExchange exchange, String name, long preset, long most) {
        String query = exchange.getRequestURI().getRawQuery();
        for (String each : query == null ? new String[0] : query.split("&")) {
            if (each.matches(name + "=\\d{1,9}")) {
                return Math.min(most, Long.parseLong(each.substring(name.length() + 1)));
            }
        }
        return preset;
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void sendLines(HttpExchange exchange, long count) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            for (long line = 1; line <= count; line++) {
                out.write(("line " + line + "\n").getBytes(StandardCharsets.US_ASCII));
                out.flush();
            }
        }
    }

    private static void sendJson(HttpExchange exchange, int status, long bodyLength) throws IOException {
        String json = """
                {
                  "method": %s,
                  "path": %s,
                  "query": %s,
                  "headers": {
                %s
                  },
                  "bodyLength": %d
                }
                """.formatted(quoted(exchange.getRequestMethod()), quoted(exchange.getRequestURI().getRawPath()),
                quoted(exchange.getRequestURI().getRawQuery()), headers(exchange.getRequestHeaders()), bodyLength);
        send(exchange, status, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    // Every value is listed: a header that came twice shows twice.
    private static String headers(Headers headers) {
        Map<String, List<String>> sorted = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        sorted.putAll(headers);
        return sorted.entrySet().stream()
                .map(header -> "    %s: [%s]".formatted(quoted(header.getKey().toLowerCase(Locale.ROOT)),
                        header.getValue().stream().map(Backend::quoted).collect(Collectors.joining(", "))))
                .collect(Collectors.joining(",\n"));
    }

    private static String quoted(String text) {
        if (text == null) {
            return "null";
        }
        StringBuilder json = new StringBuilder("\"");
        text.chars().forEach(letter -> {
            if (letter == '"' || letter == '\\') {
                json.append('\\').append((char) letter);
            } else if (letter < ' ' || letter > '~') {
                json.append("\\u%04x".formatted(letter));
            } else {
                json.append((char) letter);
            }
        });
        return json.append('"').toString();
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        boolean bodyless = exchange.getRequestMethod().equals("HEAD") || status == 204 || status == 304;
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
        }
        exchange.sendResponseHeaders(status, bodyless ? -1 : body.length);
        if (!bodyless) {
            exchange.getResponseBody().write(body);
        }
    }

    private static void sendPage(HttpExchange exchange) throws IOException {
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
                + "connect-src 'self'; img-src data:; style-src '" + hash(STYLE) + "'; script-src '" + hash(SCRIPT) + "'");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cache-Control", "no-cache");
        send(exchange, 200, "text/html; charset=utf-8",
                PAGE.replace("{style}", STYLE).replace("{script}", SCRIPT).getBytes(StandardCharsets.UTF_8));
    }

    private static String hash(String inline) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(inline.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final String PAGE = """
            <!doctype html>
            <html lang="en">
            <head>
              <meta charset="utf-8">
              <meta name="viewport" content="width=device-width, initial-scale=1">
              <title>Gatehouse demo</title>
              <link rel="icon" href="data:,">
              <style>{style}</style>
            </head>
            <body>
              <main>
                <h1>Gatehouse demo</h1>
                <p>This page comes from a backend that knows nothing about passwords and tokens. Sign in, call it, and see
                   what the gateway tells it about you.</p>

                <form id="account" aria-labelledby="account-title">
                  <h2 id="account-title">1. An account</h2>
                  <div class="fields">
                    <label>Username
                      <input name="username" required minlength="3" maxlength="50" pattern="[A-Za-z0-9_]+" autocomplete="username"
                             autocapitalize="none" spellcheck="false" aria-describedby="username-hint"></label>
                    <label>Password
                      <input name="password" type="password" required autocomplete="current-password"></label>
                  </div>
                  <p class="hint" id="username-hint">3 to 50 letters, digits and _. Registering uses username@example.com.</p>
                  <button type="submit" value="login">Sign in</button>
                  <button type="submit" value="register" class="quiet">Register and sign in</button>
                </form>

                <section aria-labelledby="call-title">
                  <h2 id="call-title">2. A call</h2>
                  <p class="hint" id="session">Nobody is signed in: the gateway will answer 401.</p>
                  <button type="button" id="call">GET /api/hello</button>
                  <button type="button" id="forge" class="quiet">The same, claiming to be root</button>
                  <button type="button" id="refresh" class="quiet" disabled>Refresh the token</button>
                  <button type="button" id="logout" class="quiet" disabled>Sign out</button>
                </section>

                <section aria-labelledby="answer-title">
                  <h2 id="answer-title">3. The answer</h2>
                  <p id="status" role="status">Nothing yet.</p>
                  <div class="scroll" tabindex="0" role="region" aria-label="What the backend received">
                    <table id="headers" hidden>
                      <thead><tr><th scope="col">Header the backend received</th><th scope="col">Value</th></tr></thead>
                      <tbody></tbody>
                    </table>
                  </div>
                  <pre id="problem" hidden></pre>
                </section>
              </main>
              <script>{script}</script>
            </body>
            </html>
            """;

    private static final String STYLE = """

            :root { color-scheme: light dark; --ink: light-dark(#1b1f24, #e8eaed); --soft: light-dark(#59636e, #9aa4af);
              --line: light-dark(#d0d7de, #3d444d); --paper: light-dark(#fff, #151b23); --back: light-dark(#f6f8fa, #0d1117);
              --accent: light-dark(#0a58ca, #79b8ff); --on-accent: light-dark(#fff, #0d1117); --mark: light-dark(#fff3c4, #3d3200); }
            * { box-sizing: border-box; }
            body { margin: 0; background: var(--back); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
            main { max-width: 52rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
            h1 { margin: 0 0 .25rem; font-size: 1.6rem; }
            h2 { margin: 0 0 .75rem; font-size: 1.1rem; }
            form, section { margin-top: 1rem; padding: 1.25rem; background: var(--paper); border: 1px solid var(--line);
              border-radius: .6rem; }
            .fields { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); }
            label { display: block; font-weight: 600; }
            input { display: block; width: 100%; margin-top: .25rem; padding: .5rem .6rem; font: inherit; color: inherit;
              background: var(--back); border: 1px solid var(--soft); border-radius: .4rem; }
            .hint { margin: .5rem 0 .75rem; color: var(--soft); font-size: .9rem; }
            button { margin: 0 .4rem .4rem 0; padding: .5rem .9rem; font: inherit; font-weight: 600; cursor: pointer;
              color: var(--on-accent); background: var(--accent); border: 1px solid var(--accent); border-radius: .4rem; }
            button.quiet { color: var(--accent); background: transparent; }
            button:disabled { opacity: .5; cursor: default; }
            :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
            #status { font-weight: 600; }
            .scroll { overflow-x: auto; }
            table { width: 100%; border-collapse: collapse; font-size: .9rem; }
            th, td { padding: .35rem .5rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
            td { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
            tr.identity td { background: var(--mark); }
            pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font-size: .9rem; }
            """;

    private static final String SCRIPT = """

            'use strict';
            const at = id => document.getElementById(id);
            let session = null; // kept in this page only: closing it forgets the tokens

            async function ask(method, path, { body, headers = {} } = {}) {
              const answer = await fetch(path, { method, cache: 'no-store',
                headers: { ...(body ? { 'Content-Type': 'application/json' } : {}),
                           ...(session ? { Authorization: 'Bearer ' + session.access_token } : {}), ...headers },
                body: body && JSON.stringify(body) });
              const text = await answer.text();
              let json = null;
              try { json = JSON.parse(text); } catch { /* not every answer has a body */ }
              return { method, path, ok: answer.ok, status: answer.status, json, text };
            }

            function show(answer, sentence) {
              at('status').textContent = answer ? `${answer.method} ${answer.path}: ${answer.status}. ${sentence}` : sentence;
              const received = answer?.ok ? answer.json?.headers : null;
              at('headers').hidden = !received;
              at('headers').tBodies[0].replaceChildren(...Object.entries(received ?? {}).map(row));
              at('problem').hidden = !answer || answer.ok;
              at('problem').textContent = answer && !answer.ok ? JSON.stringify(answer.json ?? answer.text, null, 2) : '';
            }

            function row([name, values]) {
              const line = document.createElement('tr');
              line.className = /^x-(user|session|gatehouse)-/.test(name) ? 'identity' : '';
              for (const text of [name, values.join(', ')]) {
                line.append(Object.assign(document.createElement('td'), { textContent: text }));
              }
              return line;
            }

            function keep(tokens, username) {
              session = tokens?.access_token ? { ...tokens, username: username ?? session?.username } : null;
              at('refresh').disabled = at('logout').disabled = !session;
              at('session').textContent = session ? `Signed in as ${session.username}.`
                : 'Nobody is signed in: the gateway will answer 401.';
            }

            function reason(answer) {
              return answer.json?.title ?? answer.json?.detail ?? 'Refused.';
            }

            at('account').addEventListener('submit', guarded(async event => {
              const { username, password } = Object.fromEntries(new FormData(event.target));
              if (event.submitter?.value === 'register') {
                const made = await ask('POST', '/auth/register', { body: { username, email: `${username}@example.com`, password } });
                if (!made.ok) return show(made, reason(made));
              }
              const login = await ask('POST', '/auth/login', { body: { username, password } });
              if (!login.ok) return show(login, reason(login));
              if (!login.json?.access_token) return show(null, 'No token came back: open this page through the gateway.');
              keep(login.json, username);
              show(login, 'Signed in.');
            }));

            async function call(headers, sentence) {
              const answer = await ask('GET', '/api/hello', { headers });
              show(answer, answer.ok ? sentence(answer.json?.headers ?? {}) : reason(answer));
            }

            at('call').addEventListener('click', guarded(() => call({},
              () => 'The marked headers are the gateway’s word about you.')));
            at('forge').addEventListener('click', guarded(() => call({ 'X-User-Id': 'root' },
              received => received['x-user-id']?.includes('root') ? 'X-User-Id: root arrived: no gateway stands before this backend.'
                : 'We sent X-User-Id: root. It did not arrive.')));
            at('refresh').addEventListener('click', guarded(async () => {
              const answer = await ask('POST', '/auth/refresh', { body: { refresh_token: session.refresh_token } });
              if (answer.ok) keep(answer.json);
              show(answer, answer.ok ? 'New tokens.' : reason(answer));
            }));
            at('logout').addEventListener('click', guarded(async () => {
              const answer = await ask('POST', '/auth/logout');
              if (answer.ok) keep(null);
              show(answer, answer.ok ? 'Signed out: the token is refused everywhere from now on.' : reason(answer));
            }));

            function guarded(work) {
              return async event => {
                event.preventDefault();
                try { await work(event); } catch { show(null, 'No answer. Is the gateway up?'); }
              };
            }
            """;
}
