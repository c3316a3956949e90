package load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Who runs on which processor: what is measured on the first that this process may use, all others on the rest. Without `taskset`, or with a single
/// processor, all share all. Immutable.
public final class Cores {

    private final List<Integer> usable;

    private Cores(List<Integer> usable) {
        this.usable = usable;
    }

    /// Asks `taskset`, which util-linux has.
    public static Cores ofThisMachine() {
        if (Programs.find("taskset").isEmpty()) {
            return new Cores(List.of());
        }
        String answer = output("taskset", "-cp", "" + ProcessHandle.current().pid()).strip();
        List<Integer> usable = new ArrayList<>();
        for (String part : answer.substring(answer.lastIndexOf(' ') + 1).split(",")) {
            String[] ends = part.split("-");
            for (int core = Integer.parseInt(ends[0]); core <= Integer.parseInt(ends[ends.length - 1]); core++) {
                usable.add(core);
            }
        }
        return new Cores(usable);
    }

    /// Whether there is something to separate, and a tool for it.
    public boolean separated() {
        return usable.size() > 1;
    }

    /// A command that runs where only what is measured runs.
    public List<String> measured(List<String> command) {
        return on(usable.subList(0, Math.min(1, usable.size())), command);
    }

    /// A command that runs beside what is measured.
    public List<String> beside(List<String> command) {
        return on(rest(), command);
    }

    /// A command that has two processors.
    public List<String> two(List<String> command) {
        return on(usable.subList(0, Math.min(2, usable.size())), command);
    }

    /// Moves this process, with all of its threads, beside what is measured.
    public void stepAside() {
        if (separated()) {
            output("taskset", "-acp", joined(rest()), "" + ProcessHandle.current().pid());
        }
    }

    /// For a report.
    public String description() {
        return separated() ? "what is measured on processor " + usable.getFirst() + ", load and backend on " + joined(rest())
                : "nothing pinned to a processor: there is " + (usable.isEmpty() ? "no taskset" : "only one");
    }

    private List<Integer> rest() {
        return usable.subList(Math.min(1, usable.size()), usable.size());
    }

    private List<String> on(List<Integer> cores, List<String> command) {
        if (!separated()) {
            return command;
        }
        List<String> words = new ArrayList<>(List.of("taskset", "-c", joined(cores)));
        words.addAll(command);
        return words;
    }

    private static String joined(List<Integer> cores) {
        return String.join(",", cores.stream().map(String::valueOf).toList());
    }

    private static String output(String... words) {
        try {
            Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new Trouble(String.join(" ", words) + ": " + e.getMessage());
        }
    }
}
