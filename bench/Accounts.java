import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.gatehouse.devservices.FreePorts;
import dev.gatehouse.devservices.Postgres;
import dev.gatehouse.devservices.Redis;

/// What the auth service can do on this machine: sign-ins, refreshes, and how it is without work and with far too much.
///
///     ./mvnw -DskipTests package
///     java -cp 'dev-services/target/dev-services.jar:dev-services/target/lib/*' bench/Accounts.java
///
/// Starts `auth-service/target/auth-service.jar` beside a PostgreSQL that writes to disk and a Redis, all on free ports of loopback. The programs that ask
/// run on the same cores; what they take is told, so compare ratios. What is measured has run for a while: a
/// service that has just started compiles itself. Beside them stand the figures that Keycloak publishes for a vCPU ("Concepts for sizing CPU and memory
/// resources"), not measured here. Takes ten minutes.
final class Accounts {

    private static final int ACCOUNTS = 250;
    private static final int ROUNDS = Integer.getInteger("rounds", 4);
    private static final Duration ROUND = Duration.ofSeconds(20);
    private static final int CHEAP = 12_000;
    private static final String CHEAP_PASSWORD = "steady lanterns drift over quiet rivers while seventeen geese argue about maps and time";
    private static final int CORES = Runtime.getRuntime().availableProcessors();
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    private static final String JAR = Path.of("auth-service/target/auth-service.jar").toAbsolutePath().toString();
    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Pattern REFRESH = Pattern.compile("\"refresh_token\":\"([^\"]+)\"");
    private static final Pattern DEVICE = Pattern.compile("(__Host-gatehouse_device=[^;]+)");

    private final Path folder = Files.createTempDirectory("accounts");
    private final Postgres postgres = Postgres.at(folder.resolve("postgres"), FreePorts.next());
    private final Redis redis = Redis.temporary();
    private final Map<String, String> settings = settings();

    private Accounts() throws IOException {}

    static void main() throws Exception {
        new Accounts().run();
        System.exit(0);
    }

    private void run() throws Exception {
        begin(256).stop(); // makes the tables
        rehearsed().stop();
        started("start, java -jar", begin(256)).stop();
        Service service = started("start, as the image", rehearsed());
        register(service);
        refreshes(service);
        logins(service);
        service.stop();
        Service fresh = begin(256);
        Thread.sleep(30_000);
        System.out.printf("memory without work   %7.0f MB resident after half a minute (Keycloak: 1250, with 10,000 sessions)%n", fresh.residentMegabytes());
        fresh.stop();
        flood(begin(512));
    }

    private static Service started(String how, Service service) {
        System.out.printf("%-21s %7.1f s to the first answer, %.1f s of a core, the tables being there%n", how, service.startSeconds,
                service.startCpuSeconds);
        return service;
    }

    /// Unpacked and with what Java learnt by a rehearsal, as the image has it.
    private Service rehearsed() throws Exception {
        Path unpacked = folder.resolve("unpacked");
        String jar = unpacked.resolve("auth-service.jar").toString();
        Path cache = unpacked.resolve("auth-service.aot");
        if (!Files.exists(cache)) {
            finish(JAVA.toString(), "-Djarmode=tools", "-jar", JAR, "extract", "--destination", unpacked.toString());
            finish(JAVA.toString(), "-XX:AOTCacheOutput=" + cache, "-Xmx256m", "-jar", jar, "rehearse");
        }
        return new Service(List.of(JAVA.toString(), "-XX:AOTCache=" + cache, "-Xmx256m", "-jar", jar));
    }

    private void finish(String... words) throws Exception {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(folder.resolve("rehearsal.log").toFile()).start();
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", words) + " failed; see " + folder);
        }
    }

    /// The service's own command, in a process of its own, beside the service, which has nothing to do then.
    private static HashRate hashRate() throws Exception {
        Process measure = new ProcessBuilder(JAVA.toString(), "-jar", JAR, "passwords", "measure").redirectErrorStream(true).start();
        try (BufferedReader out = measure.inputReader()) {
            String line = out.readLine();
            Matcher rate = Pattern.compile(": ([0-9.]+) hashes a second, .* ([0-9.]+) ms of a core").matcher(String.valueOf(line));
            if (!rate.find()) {
                throw new IllegalStateException("passwords measure said: " + line);
            }
            return new HashRate(Double.parseDouble(rate.group(1)), Double.parseDouble(rate.group(2)));
        }
    }

    /// @param perSecond on all cores
    /// @param millis of a core that one takes
    private record HashRate(double perSecond, double millis) {}

    private void register(Service service) throws Exception {
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < ACCOUNTS; i++) {
            int account = i;
            calls.add(() -> service.post("/auth/register", "{\"username\":\"bench" + account + "\",\"email\":\"bench" + account
                    + "@example.com\",\"password\":\"" + password(account) + "\"}", "").statusCode());
        }
        Map<Integer, Integer> statuses = together(calls, 8);
        if (statuses.getOrDefault(201, 0) != ACCOUNTS) {
            throw new IllegalStateException("registration: " + statuses);
        }
    }

    /// In turns with the hash alone: a machine that others use too is not as fast all the time.
    private void logins(Service service) throws Exception {
        cheap(service);
        load(service, 4 * CORES, Duration.ofSeconds(20));
        List<HashRate> alone = new ArrayList<>();
        List<Integer> each = new ArrayList<>();
        Spent spent = Spent.NOTHING;
        for (int round = 0; round < ROUNDS; round++) {
            alone.add(hashRate());
            Spent before = Spent.by(service);
            each.add(load(service, 4 * CORES, ROUND));
            spent = spent.plus(Spent.by(service).minus(before));
        }
        tell(alone, each, spent);
        AtomicBoolean over = new AtomicBoolean();
        Future<long[]> probes = probing(service, over);
        load(service, 4 * CORES, Duration.ofSeconds(20));
        over.set(true);
        long[] micros = probes.get();
        System.out.printf("JWKS and health       %7.1f ms p99 while people sign in, %.1f ms median, of %d%n", micros[micros.length * 99 / 100] / 1000.0,
                micros[micros.length / 2] / 1000.0, micros.length);
    }

    private static void tell(List<HashRate> alone, List<Integer> each, Spent spent) {
        double seconds = ROUND.toMillis() * ROUNDS / 1000.0;
        int done = each.stream().mapToInt(Integer::intValue).sum();
        double hashes = alone.stream().mapToDouble(HashRate::perSecond).average().orElseThrow();
        System.out.printf("a sign-in takes       %7.1f ms of a core in the service, of which the hash %.1f; %.0f for each second of a core (Keycloak: 15)%n",
                1000 * spent.service / done, 1000 * spent.hashing / done, done / spent.service);
        System.out.printf("beside the service    %7.1f ms in PostgreSQL, %.1f in Redis, %.1f in the clients of this program%n",
                1000 * spent.postgres / done, 1000 * spent.redis / done, 1000 * spent.clients / done);
        System.out.printf("the hash is           %7.0f %% of what a sign-in costs in service, PostgreSQL and Redis together%n",
                100 * spent.hashing / (spent.service + spent.postgres + spent.redis));
        System.out.printf("meanwhile cores had   %7.0f %% nothing to do, %.0f %% other programs%n", 100 * spent.idle / seconds / CORES,
                100 * (1 - (spent.idle + spent.all()) / seconds / CORES));
        double millis = alone.stream().mapToDouble(HashRate::millis).average().orElseThrow();
        System.out.printf("the hash alone        %7.1f a second (%d at once), %.1f ms of a core%n", hashes, CORES, millis);
        System.out.printf("sign-ins              %7.1f a second, %.0f %% of the hash alone%n", done / seconds, 100 * done / seconds / hashes);
        System.out.printf("by what cores spent   %7.0f %% of the hash alone (with the clients %.0f %%), however many other programs there are%n",
                millis * done / 10 / (spent.all() - spent.clients), millis * done / 10 / spent.all());
        for (int i = 0; i < ROUNDS; i++) {
            System.out.printf("  round %d             %7.1f a second of %.1f%n", i + 1, each.get(i) * 1000.0 / ROUND.toMillis(),
                    alone.get(i).perSecond());
        }
    }

    /// As many sign-ins as else take an hour, with a hash that costs 2 ms and is kept (bcrypt, of more than 72 bytes): all but the hash is compiled then, as
    /// in a service that has run for a while.
    private void cheap(Service service) throws Exception {
        URI url = URI.create(settings.get("DATABASE_URL"));
        String[] login = url.getUserInfo().split(":", 2);
        try (Connection database = DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + url.getPort() + url.getPath(), login[0], login[1]);
                Statement statement = database.createStatement()) {
            statement.execute("""
                    INSERT INTO account (id, username, username_key, email, email_key, password_hash)
                    SELECT gen_random_uuid(), 'cheap' || i, 'cheap' || i, 'cheap' || i || '@example.com', 'cheap' || i || '@example.com',
                        '$2b$05$abcdefghijklmnopqrstuukgluvhSdXTE5OhCpSvgPfSImKyDunfe' FROM generate_series(0, 999) AS i""");
        }
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int client = 0; client < 4 * CORES; client++) {
            int first = client;
            calls.add(() -> {
                int done = 0;
                for (int account = first; System.nanoTime() < end && done < CHEAP / (4 * CORES); account = (account + 4 * CORES) % 1000) {
                    if (service.login("cheap" + account, CHEAP_PASSWORD).statusCode() == 200) {
                        done++;
                    }
                }
                return done;
            });
        }
        together(calls, calls.size());
    }

    /// Seconds of a core. They hardly depend on who else uses the machine.
    private record Spent(double service, double hashing, double postgres, double redis, double clients, double idle) {

        static final Spent NOTHING = new Spent(0, 0, 0, 0, 0, 0);

        static Spent by(Service service) {
            return new Spent(service.cpuSeconds(), service.hashingSeconds(), children("(postgres"), children("(redis-server"),
                    seconds(ProcessHandle.current()), idleSeconds());
        }

        double all() {
            return service + postgres + redis + clients;
        }

        Spent plus(Spent more) {
            return new Spent(service + more.service, hashing + more.hashing, postgres + more.postgres, redis + more.redis,
                    clients + more.clients, idle + more.idle);
        }

        Spent minus(Spent less) {
            return new Spent(service - less.service, hashing - less.hashing, postgres - less.postgres, redis - less.redis,
                    clients - less.clients, idle - less.idle);
        }

        /// Of all cores, waiting for disks included. Linux only; elsewhere not a number.
        private static double idleSeconds() {
            try {
                String[] fields = Files.readAllLines(Path.of("/proc/stat")).getFirst().trim().split(" +");
                return (Long.parseLong(fields[4]) + Long.parseLong(fields[5])) / 100.0;
            } catch (IOException elsewhere) {
                return Double.NaN;
            }
        }

        private static double seconds(ProcessHandle process) {
            return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
        }

        /// Those of that name which this program has started, and what they have waited for. Linux only; elsewhere nothing.
        private static double children(String name) {
            return ProcessHandle.current().descendants().mapToDouble(process -> {
                try {
                    String stat = Files.readString(Path.of("/proc", "" + process.pid(), "stat"));
                    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                    return stat.contains(name) ? Stream.of(fields).skip(11).limit(4).mapToLong(Long::parseLong).sum() / 100.0 : 0;
                } catch (IOException gone) {
                    return 0;
                }
            }).sum();
        }
    }

    private static Future<long[]> probing(Service service, AtomicBoolean over) {
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
        return executor.submit(() -> {
            List<Long> micros = new ArrayList<>();
            for (int i = 0; !over.get(); i++) {
                long begun = System.nanoTime();
                int status = service.get(i % 2 == 0 ? "/.well-known/jwks.json" : "/auth/health").statusCode();
                micros.add((System.nanoTime() - begun) / 1000);
                if (status != 200) {
                    throw new IllegalStateException("a probe got " + status);
                }
                Thread.sleep(50);
            }
            return micros.stream().mapToLong(Long::longValue).sorted().toArray();
        });
    }

    /// How many sign-ins succeed in that time; each client has accounts of its own.
    private static int load(Service service, int clients, Duration time) throws Exception {
        long end = System.nanoTime() + time.toNanos();
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int client = 0; client < clients; client++) {
            int first = client;
            calls.add(() -> {
                int done = 0;
                for (int account = first; System.nanoTime() < end; account = (account + clients) % ACCOUNTS) {
                    int status = service.login(account).statusCode();
                    if (status != 200) {
                        throw new IllegalStateException("a sign-in got " + status);
                    }
                    done++;
                }
                return done;
            });
        }
        int sum = 0;
        for (Map.Entry<Integer, Integer> each : together(calls, clients).entrySet()) {
            sum += each.getKey() * each.getValue();
        }
        return sum;
    }

    private void refreshes(Service service) throws Exception {
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            tokens.add(refreshToken(service.login(i)));
        }
        refresh(service, tokens, Duration.ofSeconds(40));
        double before = service.cpuSeconds();
        long begun = System.nanoTime();
        int done = refresh(service, tokens, Duration.ofSeconds(20));
        double seconds = (System.nanoTime() - begun) / 1e9;
        double cpu = service.cpuSeconds() - before;
        System.out.printf("refreshes             %7.1f a second, %.0f for each second of a core that the service spent (%.2f cores; Keycloak: 120)%n",
                done / seconds, done / cpu, cpu / seconds);
    }

    private static int refresh(Service service, List<String> tokens, Duration time) throws Exception {
        long end = System.nanoTime() + time.toNanos();
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < tokens.size(); i++) {
            int mine = i;
            calls.add(() -> {
                int done = 0;
                while (System.nanoTime() < end) {
                    HttpResponse<String> answer = service.post("/auth/refresh", "{\"refresh_token\":\"" + tokens.get(mine) + "\"}", "");
                    if (answer.statusCode() != 200) {
                        throw new IllegalStateException("a refresh got " + answer.statusCode());
                    }
                    tokens.set(mine, refreshToken(answer));
                    done++;
                }
                return done;
            });
        }
        int sum = 0;
        for (Map.Entry<Integer, Integer> each : together(calls, tokens.size()).entrySet()) {
            sum += each.getKey() * each.getValue();
        }
        return sum;
    }

    /// A thousand people at the same moment.
    private void flood(Service service) throws Exception {
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            int account = i % ACCOUNTS;
            calls.add(() -> service.login(account).statusCode());
        }
        long begun = System.nanoTime();
        Map<Integer, Integer> statuses = together(calls, 1000);
        System.out.printf("1,000 at once         %s in %.1f s with 512 MB of heap; health afterwards %d%n", new TreeMap<>(statuses),
                (System.nanoTime() - begun) / 1e9, service.get("/auth/health").statusCode());
        service.stop();
    }

    /// What the calls gave, and how often; all begin at the same moment.
    private static Map<Integer, Integer> together(List<Callable<Integer>> calls, int atOnce) throws Exception {
        Map<Integer, Integer> results = new HashMap<>();
        CountDownLatch start = new CountDownLatch(1);
        try (ExecutorService executor = Executors.newFixedThreadPool(atOnce, Thread.ofVirtual().factory())) {
            List<Future<Integer>> coming = new ArrayList<>();
            for (Callable<Integer> call : calls) {
                coming.add(executor.submit(() -> {
                    start.await();
                    return call.call();
                }));
            }
            start.countDown();
            for (Future<Integer> each : coming) {
                results.merge(each.get(), 1, Integer::sum);
            }
        }
        return results;
    }

    private static String refreshToken(HttpResponse<String> answer) {
        Matcher token = REFRESH.matcher(answer.body());
        if (!token.find()) {
            throw new IllegalStateException("no refresh token in an answer " + answer.statusCode());
        }
        return token.group(1);
    }

    private static String password(int account) {
        return "river-Lantern-" + account + "-quartz";
    }

    private Map<String, String> settings() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return Map.of("DATABASE_URL", postgres.freshDatabase(), "REDIS_URL", redis.url(), "GATEHOUSE_KEK",
                Base64.getEncoder().encodeToString(key));
    }

    private Service begin(int heapMegabytes) throws Exception {
        return new Service(List.of(JAVA.toString(), "-Xmx" + heapMegabytes + "m", "-jar", JAR));
    }

    private final class Service {

        private final int port = FreePorts.next();
        private final Map<String, String> devices = new ConcurrentHashMap<>();
        private final Process process;
        private final double startSeconds;
        private final double startCpuSeconds;

        Service(List<String> words) throws Exception {
            ProcessBuilder command = new ProcessBuilder(words);
            command.environment().putAll(settings);
            command.environment().putAll(
                    Map.of("GATEHOUSE_AUTH_PORT", "" + port, "GATEHOUSE_AUTH_MANAGEMENT_PORT", "" + FreePorts.next()));
            long begun = System.nanoTime();
            process = command.redirectErrorStream(true).redirectOutput(folder.resolve(port + ".log").toFile()).start();
            while (!answers()) {
                if (!process.isAlive() || System.nanoTime() - begun > 60_000_000_000L) {
                    throw new IllegalStateException("the auth service did not start; see " + folder);
                }
                Thread.sleep(20);
            }
            startSeconds = (System.nanoTime() - begun) / 1e9;
            startCpuSeconds = cpuSeconds();
        }

        private boolean answers() throws InterruptedException {
            try {
                return get("/auth/health").statusCode() == 200;
            } catch (IOException notYet) {
                return false;
            }
        }

        HttpResponse<String> get(String path) throws IOException, InterruptedException {
            return CLIENT.send(request(path).build(), BodyHandlers.ofString());
        }

        HttpResponse<String> post(String path, String json, String cookie) throws IOException, InterruptedException {
            HttpRequest.Builder request = request(path).header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(json));
            return CLIENT.send(cookie.isEmpty() ? request.build() : request.header("Cookie", cookie).build(), BodyHandlers.ofString());
        }

        /// On the device of the last time.
        HttpResponse<String> login(int account) throws IOException, InterruptedException {
            return login("bench" + account, password(account));
        }

        HttpResponse<String> login(String name, String password) throws IOException, InterruptedException {
            HttpResponse<String> answer = post("/auth/login", "{\"username\":\"" + name + "\",\"password\":\"" + password + "\"}",
                    devices.getOrDefault(name, ""));
            for (String cookie : answer.headers().allValues("Set-Cookie")) {
                Matcher device = DEVICE.matcher(cookie);
                if (device.find()) {
                    devices.put(name, device.group(1));
                }
            }
            return answer;
        }

        private HttpRequest.Builder request(String path) {
            return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(Duration.ofSeconds(60));
        }

        double cpuSeconds() {
            return process.info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
        }

        /// What the threads that do nothing but hash have spent: within one run, what it says does not depend on who else uses the machine. Linux only; elsewhere
        /// not a number.
        double hashingSeconds() {
            try (Stream<Path> threads = Files.list(Path.of("/proc", "" + process.pid(), "task"))) {
                double ticks = 0;
                for (Path thread : threads.toList()) {
                    String stat = Files.readString(thread.resolve("stat"));
                    if (stat.contains("(hashing-")) {
                        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                        ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
                    }
                }
                return ticks / 100;
            } catch (IOException elsewhere) {
                return Double.NaN;
            }
        }

        /// Linux only; elsewhere not a number.
        double residentMegabytes() {
            try {
                return Files.readAllLines(Path.of("/proc", "" + process.pid(), "status"), StandardCharsets.UTF_8).stream()
                        .filter(line -> line.startsWith("VmRSS:")).mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
                        .sum() / 1024;
            } catch (IOException elsewhere) {
                return Double.NaN;
            }
        }

        void stop() throws InterruptedException {
            process.destroy();
            process.waitFor();
        }
    }
}
