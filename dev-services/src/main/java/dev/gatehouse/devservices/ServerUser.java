package dev.gatehouse.devservices;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// As whom PostgreSQL runs. It refuses to run as root, so root gives it another identity: inside a user namespace where root has
/// no power (the files stay root's), or the user `nobody`, with or without the right to pass through folders closed to others.
///
/// @param prefix words before the program
/// @param owner whose the data folder must be
record ServerUser(List<String> prefix, String owner) {

    private static final ServerUser OURSELVES = new ServerUser(List.of(), System.getProperty("user.name"));

    private static final String NOBODY_BY_NUMBERS = "setpriv --reuid=65534 --regid=65534 --clear-groups";

    /// In order of preference.
    static final List<ServerUser> FOR_ROOT = List.of(
            new ServerUser(List.of("unshare", "-U"), "root"),
            nobody(NOBODY_BY_NUMBERS + " --inh-caps=+dac_override --ambient-caps=+dac_override"),
            nobody(NOBODY_BY_NUMBERS),
            nobody("runuser -u nobody --"));

    private static ServerUser nobody(String prefix) {
        return new ServerUser(List.of(prefix.split(" ", -1)), "nobody");
    }

    /// The first way that can run this program and write this folder here. The folder is given to the user that is chosen.
    static ServerUser forRunning(Path program, DataFolder folder) {
        return isRoot() ? choose(FOR_ROOT, program, folder) : OURSELVES;
    }

    static ServerUser choose(List<ServerUser> candidates, Path program, DataFolder folder) {
        for (ServerUser candidate : candidates) {
            if (candidate.canRun(program, folder)) {
                return candidate;
            }
        }
        throw new ServiceStartException("PostgreSQL cannot start: it refuses to run as root and no other identity works here "
                + "(tried unshare -U, setpriv, runuser); run as an ordinary user");
    }

    static boolean isRoot() {
        return new com.sun.security.auth.module.UnixSystem().getUid() == 0;
    }

    List<String> command(Path program, String... arguments) {
        List<String> words = new ArrayList<>(prefix);
        words.add(program.toString());
        words.addAll(List.of(arguments));
        return words;
    }

    boolean canRun(Path program, DataFolder folder) {
        try {
            folder.giveTo(owner);
            return succeeds(command(Path.of("/bin/sh"), "-c",
                    "test \"$(id -u)\" -ne 0 && test -w \"$0\" && test -x \"$1\" && \"$1\" --version", folder.path().toString(),
                    program.toString()));
        } catch (IOException e) {
            return false; // no such tool, no such user: the next candidate is asked
        }
    }

    private static boolean succeeds(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            process.destroyForcibly();
        }
    }
}
