package io.gatun.bench.failover;

import io.gatun.bench.BenchException;
import io.gatun.bench.failover.MasterCalls.Outcome;
import io.gatun.testkit.history.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Harms one leader after the other while a framework and clients work, and checks in the end that nothing was lost. */
final class Exercise implements AutoCloseable {
    /** Whoever takes longer takes for ever; a busy machine may stand still for seconds. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);
    private static final int HOLD_MS_MAX = 2_000;
    private static final long TRUTH_NS = Duration.ofSeconds(20).toNanos();
    private static final double NS_PER_MS = 1e6;

    /**
     * What to do.
     *
     * @param faults kinds to choose from; each comes once before any comes again
     * @param count how many
     * @param longest no fault begins after this time
     */
    record Plan(List<Fault> faults, int count, Duration longest, long seed, Settings settings) {}

    /**
     * What came of it.
     *
     * @param verdict on what the clients of the registers saw
     * @param problems with tasks, a line each
     * @param counts lines for people
     */
    record Result(List<Episode> episodes, Verdict verdict, List<String> problems, List<String> counts) {
        /** Whether nothing was lost, invented or done twice. */
        boolean good() {
            return verdict.linearizable() && problems.isEmpty();
        }
    }

    private final Plan plan;
    private final Random random;
    private final Consumer<String> progress;
    private final MasterCalls probe = new MasterCalls(PROBE_TIMEOUT);
    private final Cluster cluster;
    private final TaskLedger ledger;
    private final TaskFramework framework;
    private final RegisterClients clients;

    /** Starts the cluster; what its processes write goes to files in {@code folder}. */
    Exercise(Plan plan, Path folder, Consumer<String> progress) throws IOException {
        this.plan = plan;
        this.random = new Random(plan.seed());
        this.progress = progress;
        this.ledger = new TaskLedger(Files.createDirectory(folder.resolve("started")));
        this.cluster = Cluster.start(folder, plan.settings());
        this.framework = TaskFramework.start(cluster.zk(), ledger);
        this.clients = RegisterClients.start(cluster::master, plan.seed());
    }

    Result run() {
        long endNs = System.nanoTime() + plan.longest().toNanos();
        awaitHealth();
        List<Episode> episodes = new ArrayList<>();
        List<Fault> deck = new ArrayList<>();
        while (episodes.size() < plan.count() && System.nanoTime() < endNs) {
            if (deck.isEmpty()) {
                deck.addAll(plan.faults());
                Collections.shuffle(deck, random);
            }
            Episode episode = episode(deck.removeLast());
            progress.accept(episode.text());
            episodes.add(episode);
        }
        List<String> problems = settle();
        clients.close();
        return new Result(episodes, clients.verdict(), problems, counts());
    }

    private List<String> counts() {
        List<String> counts = new ArrayList<>(List.of(clients.counts(), ledger.counts()));
        ledger.neverWere().forEach((why, tasks) -> counts.add("  never were: " + tasks + " " + why));
        return counts;
    }

    private Episode episode(Fault fault) {
        int leader = awaitHealth();
        fault.strike(cluster, leader);
        long struckNs = System.nanoTime();
        Wait.forValue(() -> fault.text() + ": another leader takes a write;" + now(), PATIENCE, () -> leading(leader));
        long acceptedNs = System.nanoTime();
        long sinceNs = Math.max(struckNs, clients.lastWriteNs(leader));
        Wait.until(
                () -> fault.text() + ": the framework is subscribed again;" + now(),
                PATIENCE,
                () -> others(leader).anyMatch(this::frameworkConnected));
        // A disk takes a while to fill, and may be given up before it is.
        long subscribedNs = Math.max(framework.subscribedNs(), sinceNs);
        int next = Wait.forValue(
                () -> fault.text() + ": all agents are linked again;" + now(),
                PATIENCE,
                () -> others(leader).filter(this::agentsLinked).boxed().findFirst());
        long agentsNs = System.nanoTime();
        Wait.pause(Duration.ofMillis(random.nextInt(HOLD_MS_MAX)));
        fault.repair(cluster, leader);
        if (!cluster.masterRole(leader).alive()) {
            cluster.masterRole(leader).start();
        }
        return new Episode(
                fault,
                leader,
                next,
                (acceptedNs - sinceNs) / NS_PER_MS,
                (subscribedNs - sinceNs) / NS_PER_MS,
                (agentsNs - sinceNs) / NS_PER_MS);
    }

    /** The one that acknowledges a write, among all masters but {@code except}. */
    private Optional<Integer> leading(int except) {
        for (int i = 0; i < Cluster.MASTERS; i++) {
            if (i != except && clients.write(probe, "probe", i, "probe").outcome() == Outcome.DONE) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }

    private static IntStream others(int leader) {
        return IntStream.range(0, Cluster.MASTERS).filter(i -> i != leader);
    }

    private boolean frameworkConnected(int leader) {
        return probe.connectedFrameworks(cluster.master(leader)).orElse(0) > 0;
    }

    private boolean agentsLinked(int leader) {
        return probe.activeAgents(cluster.master(leader)).orElse(0) == Cluster.AGENTS;
    }

    /** Returns who leads, once that is known to all and everything is connected. */
    private int awaitHealth() {
        framework.failure().ifPresent(text -> {
            throw new BenchException(text);
        });
        return Wait.forValue(
                () ->
                        "a master leads, the others follow it, all logs are whole, all agents are linked to it, the lasting tasks run;"
                                + now(),
                PATIENCE,
                () -> leading(-1)
                        .filter(this::followed)
                        .filter(leader -> logsAreWhole())
                        .filter(this::agentsLinked)
                        .filter(leader -> ledger.running(TaskLedger.Kind.LASTING) >= TaskFramework.LASTING));
    }

    /** How things are, for whoever has to find out why they are not as they should be. */
    private String now() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Cluster.MASTERS; i++) {
            MasterCalls.Answer answer = clients.write(probe, "probe", i, "probe");
            text.append(" master")
                    .append(i)
                    .append(' ')
                    .append(answer.outcome())
                    .append(' ')
                    .append(answer.text());
            answer.leader().ifPresent(leader -> text.append(" to ").append(leader.getAuthority()));
            text.append(", agents ")
                    .append(probe.activeAgents(cluster.master(i)))
                    .append(';');
        }
        return text.append(' ').append(ledger.counts()).toString();
    }

    /** Whether every replica takes part again, also one whose disk had no room. */
    private boolean logsAreWhole() {
        return IntStream.range(0, Cluster.MASTERS).allMatch(i -> probe.hasWholeLog(cluster.master(i)));
    }

    /** Whether all other masters redirect to this one. */
    private boolean followed(int leader) {
        String authority = cluster.master(leader).getAuthority();
        for (int i = 0; i < Cluster.MASTERS; i++) {
            if (i != leader
                    && clients.write(probe, "probe", i, "probe")
                            .leader()
                            .filter(uri -> uri.getAuthority().equals(authority))
                            .isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** Lets what passes pass, then ends what lasts; returns what does not add up. */
    private List<String> settle() {
        awaitHealth();
        framework.stopLaunching();
        Wait.until(
                () -> "all passing tasks are accounted for; " + ledger.counts(),
                PATIENCE,
                () -> ledger.unsettled(TaskLedger.Kind.PASSING) == 0);
        // A master that did not know better may have called a task lost: what is true is asked for on.
        long deadlineNs = System.nanoTime() + TRUTH_NS;
        while (!ledger.problems().isEmpty() && System.nanoTime() < deadlineNs) {
            Wait.pause(Duration.ofMillis(HOLD_MS_MAX / 4));
        }
        List<String> problems = new ArrayList<>(ledger.problems());
        framework.killAll();
        Wait.until(() -> "all tasks have ended; " + ledger.counts(), PATIENCE, () -> {
            if (ledger.unsettled(TaskLedger.Kind.LASTING) == 0) {
                return true;
            }
            framework.killAll();
            Wait.pause(Duration.ofMillis(HOLD_MS_MAX / 4));
            return false;
        });
        ledger.problems().stream().filter(line -> !problems.contains(line)).forEach(problems::add);
        return problems;
    }

    @Override
    public void close() {
        framework.close();
        clients.close();
        cluster.close();
    }
}
