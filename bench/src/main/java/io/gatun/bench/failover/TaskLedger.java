package io.gatun.bench.failover;

import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Every task that was ever asked for, what the framework was told of it, and, from a file that each task writes a line to
 * when it starts, what was true. Thread-safe.
 */
final class TaskLedger {
    private static final Set<TaskState> ENDED =
            EnumSet.of(TaskState.TASK_FINISHED, TaskState.TASK_FAILED, TaskState.TASK_KILLED, TaskState.TASK_ERROR);

    /** Said of tasks that never came to be, but also by a master that cannot know better yet. */
    private static final Set<TaskState> NOWHERE =
            EnumSet.of(TaskState.TASK_LOST, TaskState.TASK_DROPPED, TaskState.TASK_GONE, TaskState.TASK_UNKNOWN);

    /** What a task is there for. */
    enum Kind {
        /** Runs through everything and is not to notice any of it. */
        LASTING,
        /** Starts and ends all the time. */
        PASSING
    }

    /** One task. */
    private static final class Entry {
        private final Kind kind;
        private final AgentID agent;
        private final List<TaskState> told = new ArrayList<>();
        private String why = "";

        private Entry(Kind kind, AgentID agent) {
            this.kind = kind;
            this.agent = agent;
        }

        private Optional<TaskState> last() {
            return told.isEmpty() ? Optional.empty() : Optional.of(told.getLast());
        }

        private boolean over() {
            return told.stream().anyMatch(ENDED::contains);
        }

        private boolean settled() {
            return over() || last().filter(NOWHERE::contains).isPresent();
        }
    }

    private final Path startFiles;
    private final Map<String, Entry> tasks = new LinkedHashMap<>();
    private boolean killing;

    /** @param startFiles folder with a file for each task that has started, named by its id */
    TaskLedger(Path startFiles) {
        this.startFiles = startFiles;
    }

    /** Shell command of a task. */
    String command(String id, Kind kind) {
        return "echo started >> '" + startFiles.resolve(id) + "'; exec sleep "
                + (kind == Kind.LASTING ? "1000000" : "0.3");
    }

    synchronized void launching(String id, Kind kind, AgentID agent) {
        tasks.put(id, new Entry(kind, agent));
    }

    synchronized void update(TaskStatus status) {
        Entry entry = tasks.get(status.getTaskId().getValue());
        if (entry != null && entry.last().filter(status.getState()::equals).isEmpty()) {
            entry.told.add(status.getState());
            // What is told later of a task that never was says only that it is not there.
            entry.why = entry.why.isEmpty() ? status.getReason() + " " + status.getMessage() : entry.why;
        }
    }

    /** From now on the end of lasting tasks is wanted. */
    synchronized void killing() {
        killing = true;
    }

    /** Tasks whose end is not known, with their agents. */
    synchronized Map<String, AgentID> open() {
        Map<String, AgentID> open = new LinkedHashMap<>();
        tasks.forEach((id, entry) -> {
            if (!entry.over()) {
                open.put(id, entry.agent);
            }
        });
        return open;
    }

    /** How many tasks of a kind may still be running, or come to run. */
    synchronized long unsettled(Kind kind) {
        return tasks.values().stream()
                .filter(entry -> entry.kind == kind && !entry.settled())
                .count();
    }

    synchronized long running(Kind kind) {
        return tasks.values().stream()
                .filter(entry -> entry.kind == kind
                        && entry.last().filter(TaskState.TASK_RUNNING::equals).isPresent())
                .count();
    }

    /** What does not add up, a line for each; to be asked when all tasks are settled or run. */
    synchronized List<String> problems() {
        List<String> problems = new ArrayList<>();
        tasks.forEach((id, entry) -> {
            int starts = starts(id);
            String account = id + " (" + entry.kind + "): started " + starts + " times, told " + entry.told
                    + ", first: " + entry.why;
            if (starts > 1) {
                problems.add("ran more than once: " + account);
            } else if (starts == 1 && !entry.told.contains(TaskState.TASK_RUNNING)) {
                problems.add("ran and nobody was told: " + account);
            } else if (starts == 0 && entry.told.contains(TaskState.TASK_RUNNING)) {
                problems.add("was said to run and never did: " + account);
            } else if (starts == 1 && !endedAsItShould(entry)) {
                problems.add("ended otherwise than it should: " + account);
            } else if (starts == 0 && !entry.settled()) {
                problems.add("is neither here nor gone: " + account);
            }
        });
        return problems;
    }

    private boolean endedAsItShould(Entry entry) {
        if (entry.kind == Kind.PASSING) {
            return entry.told.contains(TaskState.TASK_FINISHED);
        }
        // Not even for a moment was anything else said of it.
        Set<TaskState> allowed = EnumSet.of(TaskState.TASK_STAGING, TaskState.TASK_STARTING, TaskState.TASK_RUNNING);
        if (killing) {
            allowed.addAll(EnumSet.of(TaskState.TASK_KILLING, TaskState.TASK_KILLED));
        }
        return allowed.containsAll(entry.told)
                && entry.last().orElseThrow() == (killing ? TaskState.TASK_KILLED : TaskState.TASK_RUNNING);
    }

    private int starts(String id) {
        Path file = startFiles.resolve(id);
        try {
            return Files.exists(file) ? Files.readAllLines(file).size() : 0;
        } catch (IOException e) {
            throw new UncheckedIOException("read " + file, e);
        }
    }

    /** Why tasks never were, with how many of them; for people. */
    synchronized Map<String, Integer> neverWere() {
        Map<String, Integer> reasons = new TreeMap<>();
        tasks.values().stream()
                .filter(entry -> !entry.over() && entry.settled())
                .forEach(entry -> reasons.merge(entry.told.getFirst() + " " + entry.why, 1, Integer::sum));
        return reasons;
    }

    /** For people. */
    synchronized String counts() {
        long over = tasks.values().stream().filter(Entry::over).count();
        long never = tasks.values().stream()
                .filter(entry -> !entry.over() && entry.settled())
                .count();
        return tasks.size() + " tasks: " + over + " ended, " + never + " never were, " + (tasks.size() - over - never)
                + " run";
    }
}
