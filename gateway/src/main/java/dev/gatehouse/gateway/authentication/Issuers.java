package dev.gatehouse.gateway.authentication;

import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import dev.gatehouse.gateway.authentication.introspection.Introspector;
import dev.gatehouse.gateway.authentication.jose.SharedSecretVerifier;
import dev.gatehouse.gateway.authentication.jose.SignatureProvider;
import dev.gatehouse.gateway.authentication.jose.TokenVerifier;
import dev.gatehouse.gateway.authentication.jose.VerificationKey;
import dev.gatehouse.gateway.authentication.keys.IssuerKeys;
import dev.gatehouse.gateway.authentication.keys.KeyArchive;

/// Whose tokens are believed now. Owns the background work that keeps the issuers' keys fresh; close it to end that. Thread-safe.
public final class Issuers implements AutoCloseable {

    private final IssuerKeys.Settings settings;
    private final Optional<KeyArchive> archive;
    private final Introspector.Means means;
    private final Runnable release;
    private volatile Map<String, Trusted> byIssuer = Map.of();

    private Issuers(IssuerKeys.Settings settings, Executor threads, Optional<KeyArchive> archive, Runnable release) {
        this.settings = settings;
        this.means = new Introspector.Means(settings.client(), threads, settings.clock());
        this.archive = archive;
        this.release = release;
    }

    /// No issuers yet, and the means to fetch their keys.
    ///
    /// @param state the folder in which keys are kept over a restart; nobody else may write to it
    public static Issuers create(Clock clock, Optional<Path> state) {
        ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("issuer-keys-", 1).factory());
        HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).followRedirects(Redirect.NEVER)
                .version(Version.HTTP_1_1).executor(threads).build();
        Scheduler timer = Schedulers.newSingle("issuer-keys-timer", true);
        return new Issuers(new IssuerKeys.Settings(client, SignatureProvider.fastest(), clock, timer,
                Issuers::readFile, () -> ThreadLocalRandom.current().nextDouble()), threads, state.map(KeyArchive::new), () -> {
                    timer.dispose();
                    client.shutdownNow();
                    threads.shutdown();
                });
    }

    /// A thread of its own: one that the system keeps waiting must hold up none of the virtual ones.
    private static void readFile(Runnable reading) {
        Thread.ofPlatform().daemon().name("issuer-keys-file").start(reading);
    }

    /// With everything given, for tests.
    static Issuers with(IssuerKeys.Settings settings) {
        return new Issuers(settings, task -> Thread.ofVirtual().start(task), Optional.empty(), () -> {});
    }

    /// Exchanges all issuers at once. The keys of an issuer whose address and algorithms are the same stay known; tokens that were verified
    /// under other conditions are verified again. Refuses, and changes nothing, when two issuers go by the same `iss`.
    public synchronized void update(List<IssuerSpec> specs) {
        Set<String> names = new HashSet<>();
        for (IssuerSpec spec : specs) {
            if (!names.add(spec.issuer())) {
                throw new IllegalArgumentException("issuer: " + spec.issuer() + " stands twice (expected: once)");
            }
        }
        Map<String, Trusted> before = byIssuer;
        Map<String, Trusted> after = new HashMap<>();
        for (IssuerSpec spec : specs) {
            after.put(spec.issuer(), trusted(spec, before));
        }
        byIssuer = Map.copyOf(after);
        closeUnused(before, after);
    }

    private Trusted trusted(IssuerSpec spec, Map<String, Trusted> before) {
        Trusted known = before.get(spec.issuer());
        if (known != null && known.spec().equals(spec)) {
            return known;
        }
        return switch (spec.proof()) {
            case IssuerSpec.Signature proof ->
                new Trusted.Signing(spec, new TokenVerifier(spec, proof), keys(spec, proof, known));
            case IssuerSpec.SharedSecret proof -> new Trusted.Sharing(spec, new SharedSecretVerifier(spec, proof));
            case IssuerSpec.Introspection how -> new Trusted.Asked(spec, new Introspector(spec, how, means));
        };
    }

    /// The keys as they are known, also where the issuer's conditions have changed: an operator may be mending them during an outage.
    private IssuerKeys keys(IssuerSpec spec, IssuerSpec.Signature proof, @Nullable Trusted known) {
        if (!(known instanceof Trusted.Signing signing) || !(signing.spec().proof() instanceof IssuerSpec.Signature before)
                || !before.jwks().equals(proof.jwks())) {
            return open(spec, proof, Optional.empty());
        }
        boolean same = before.algorithms().equals(proof.algorithms()) && before.maxStale().equals(proof.maxStale())
                && signing.spec().id().equals(spec.id());
        return same ? signing.keys() : open(spec, proof, signing.keys().snapshot());
    }

    /// With the keys of now or of before the restart; a file of keys needs no copy.
    private IssuerKeys open(IssuerSpec spec, IssuerSpec.Signature proof, Optional<IssuerKeys.Snapshot> known) {
        if (archive.isEmpty() || "file".equals(proof.jwks().getScheme())) {
            return IssuerKeys.open(spec.id(), proof, settings, known, _ -> {});
        }
        KeyArchive kept = archive.get();
        return IssuerKeys.open(spec.id(), proof, settings, known.or(() -> kept.load(spec.issuer(), proof.jwks())),
                said -> kept.save(spec.issuer(), proof.jwks(), said));
    }

    private static void closeUnused(Map<String, Trusted> before, Map<String, Trusted> after) {
        Set<IssuerKeys> used = keys(after);
        for (IssuerKeys keys : keys(before)) {
            if (!used.contains(keys)) {
                keys.close();
            }
        }
    }

    private static Set<IssuerKeys> keys(Map<String, Trusted> issuers) {
        Set<IssuerKeys> keys = new HashSet<>();
        for (Trusted issuer : issuers.values()) {
            if (issuer instanceof Trusted.Signing signing) {
                keys.add(signing.keys());
            }
        }
        return keys;
    }

    /// The issuer of that name.
    @Nullable
    Trusted find(String issuer) {
        return byIssuer.get(issuer);
    }

    /// Whether what this key of this issuer proved still counts.
    @SuppressWarnings("ReferenceEquality") // the very issuer: another one with equal conditions may come to have other keys
    boolean vouchFor(Trusted.Signing issuer, VerificationKey key, long now) {
        return byIssuer.get(issuer.spec().issuer()) == issuer && issuer.keys().vouchFor(key, now);
    }

    /// How each issuer stands, for health, metrics and operators.
    public List<Status> status() {
        List<Status> all = new ArrayList<>();
        for (Trusted issuer : byIssuer.values()) {
            all.add(switch (issuer) {
                case Trusted.Signing signing -> status(signing.spec(), signing.keys().standing());
                case Trusted.Sharing sharing -> status(sharing.spec());
                case Trusted.Asked asked -> status(asked.spec(), asked.introspector().standing());
            });
        }
        return all;
    }

    private Status status(IssuerSpec spec, IssuerKeys.Standing keys) {
        return new Status(spec.id(), spec.issuer(), keys.usable(), keys.kids(), keys.lastSuccess(), age(keys.lastSuccess()),
                keys.believedUntil(), keys.error(), Optional.of(keys.next()));
    }

    private Status status(IssuerSpec spec, Introspector.Standing answers) {
        return new Status(spec.id(), spec.issuer(), answers.error().isEmpty(), List.of(), answers.lastSuccess(),
                age(answers.lastSuccess()), Optional.empty(), answers.error(), answers.leftAloneUntil());
    }

    private static Status status(IssuerSpec spec) {
        return new Status(spec.id(), spec.issuer(), true, List.of(), Optional.empty(), Optional.empty(), Optional.empty(),
                Optional.empty(), Optional.empty());
    }

    private Optional<Duration> age(Optional<Instant> success) {
        return success.map(then -> Duration.between(then, settings.clock().instant()));
    }

    /// Asks the issuer of this id for its keys now, or forgets what it said of tokens; says whether there is such an issuer.
    public boolean refresh(String id) {
        for (Trusted issuer : byIssuer.values()) {
            if (issuer.spec().id().equals(id)) {
                switch (issuer) {
                    case Trusted.Signing signing -> signing.keys().refresh();
                    case Trusted.Sharing _ -> {
                    } // there is nobody to ask
                    case Trusted.Asked asked -> asked.introspector().forget();
                }
                return true;
            }
        }
        return false;
    }

    @Override
    public synchronized void close() {
        closeUnused(byIssuer, Map.of());
        byIssuer = Map.of();
        release.run();
    }

    /// How one issuer stands. An issuer that is asked about its tokens has no keys, and counts as usable until an answer fails.
    ///
    /// @param id the issuer's id in `routes.yml`
    /// @param issuer the claim `iss` of its tokens
    /// @param usable whether its tokens can be judged; if not, they get a 503
    /// @param kids the ids of its keys
    /// @param lastSuccess when it last answered well
    /// @param age how long ago that is
    /// @param believedUntil until when its keys count if it does not answer again
    /// @param error why it did not answer well the last time it was asked
    /// @param nextRefresh when it is asked again
    public record Status(String id, String issuer, boolean usable, List<String> kids, Optional<Instant> lastSuccess,
            Optional<Duration> age, Optional<Instant> believedUntil, Optional<String> error, Optional<Instant> nextRefresh) {

        /// Copies the list.
        public Status {
            kids = List.copyOf(kids);
        }
    }
}
