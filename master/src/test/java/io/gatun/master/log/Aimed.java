package io.gatun.master.log;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * Faults that follow who leads and what is on which disk, since chance does not bring so many together in the right order.
 * One plan after the other, with some chance between them; whoever is busy with one has chance stay out of it.
 */
final class Aimed {
    /** Something that must not do harm. */
    interface Plan {
        /** Begins while a replica leads three that are well; {@link Aimed#end} must be called some time. */
        void begin(int leader);
    }

    /** For each step; then the world is left to chance again. */
    static final int PATIENCE = 400;

    /** Long enough for some messages to go and come back. */
    static final int A_WHILE = 100;

    private static final int RETRY = 20;

    private final Simulation simulation;
    private final Ways ways;
    private final Random random;
    private final List<Plan> plans;
    private boolean busy;

    Aimed(Simulation simulation, Ways ways, Random random) {
        this.simulation = simulation;
        this.ways = ways;
        this.random = random;
        this.plans = List.of(
                new AimedAtVotes(this, simulation, ways, random),
                new AimedAtDisks(this, simulation, ways, random),
                new AimedAtEpochs(this, simulation, ways, random));
    }

    boolean isBusy() {
        return busy;
    }

    void begin() {
        if (!simulation.hasFaults()) {
            return;
        }
        busy = true;
        simulation.calm();
        List<Integer> fit = IntStream.rangeClosed(1, Simulation.COUNT)
                .filter(simulation::isFit)
                .boxed()
                .toList();
        int leader = fit.get(random.nextInt(fit.size()));
        Plan plan = plans.get(random.nextInt(plans.size()));
        for (int other = 1; other <= Simulation.COUNT; other++) {
            if (other != leader) {
                resign(other);
            }
        }
        campaignUntil(leader, () -> isLeading(leader) && isWell(leader), () -> plan.begin(leader));
    }

    /** Whether all is as the plans expect it; has the leader see to it that it becomes so. */
    private boolean isWell(int leader) {
        Members members = simulation.replica(leader).members();
        Set<Integer> tooMany = members.voters().size() > Simulation.FORMED ? members.voters() : members.learners();
        for (int other : tooMany) {
            if (other != leader) {
                simulation.ask(leader, replica -> replica.changeMembers(members.without(other)));
                return false;
            }
        }
        return members.voters().size() == Simulation.FORMED && mayLoseOne(leader);
    }

    /** Whether none of those that a leader leads has lost its log, so that one may. */
    boolean mayLoseOne(int leader) {
        LocalLog log = simulation.replica(leader).log();
        return log.members().since() <= log.committed()
                && simulation.areVouched(log.members().inForce().voters());
    }

    // ---- for plans

    /** Those that a leader leads, in any order. */
    List<Integer> others(int leader) {
        List<Integer> others =
                new ArrayList<>(simulation.replica(leader).members().voters());
        others.remove((Integer) leader);
        Collections.shuffle(others, random);
        return others;
    }

    /** Cuts a leader off, which goes on, and has another one lead the rest; continues when clients have got answers of it. */
    void replace(int leader, int successor, Runnable then) {
        simulation.note("replica " + leader + " is led on without knowing");
        ways.isolate(leader);
        after(
                random.nextInt(A_WHILE),
                () -> campaignUntil(
                        successor,
                        () -> isLeading(successor)
                                && simulation.acknowledgedEpoch()
                                        == simulation.replica(successor).promised(),
                        then));
    }

    boolean isLeading(int id) {
        Replica replica = simulation.replica(id);
        return replica != null && replica.isLeading();
    }

    /** Whether it has begun to lead, and perhaps cannot commit anything. */
    boolean isInCharge(int id) {
        Replica replica = simulation.replica(id);
        return replica != null && replica.isTrying() && replica.log().entries().lastEpoch() == replica.promised();
    }

    void resign(int id) {
        simulation.ask(id, replica -> replica.resign("not named"));
    }

    /** Has a replica try to lead, again and again, until something is so. */
    void campaignUntil(int id, BooleanSupplier condition, Runnable then) {
        campaign(id, condition, simulation.time() + PATIENCE);
        when(condition, then);
    }

    private void campaign(int id, BooleanSupplier condition, long until) {
        if (simulation.time() < until && !condition.getAsBoolean()) {
            simulation.campaign(id);
            after(RETRY, () -> campaign(id, condition, until));
        }
    }

    /** Continues when something is so; ends when it is not in time. */
    void when(BooleanSupplier condition, Runnable then) {
        watch(condition, then, this::end, simulation.time() + PATIENCE);
    }

    /** Continues when something is so, or after a while. */
    void whenOrAfterAWhile(BooleanSupplier condition, Runnable then) {
        watch(condition, then, then, simulation.time() + A_WHILE);
    }

    private void watch(BooleanSupplier condition, Runnable then, Runnable otherwise, long until) {
        if (condition.getAsBoolean()) {
            then.run();
        } else if (simulation.time() < until) {
            after(1, () -> watch(condition, then, otherwise, until));
        } else {
            otherwise.run();
        }
    }

    /** Nothing any more when there are to be no more faults. */
    void after(long delay, Runnable action) {
        simulation.at(simulation.time() + delay, () -> {
            if (simulation.hasFaults()) {
                action.run();
            }
        });
    }

    /** Lets all hear each other for a while, so that it shows what they believe; then come chance, and the next plan. */
    void end() {
        simulation.calm();
        after(A_WHILE, () -> {
            busy = false;
            after(1 + random.nextInt(2 * A_WHILE), this::begin);
        });
    }
}
