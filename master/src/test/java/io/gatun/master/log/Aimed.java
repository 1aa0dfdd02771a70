package io.gatun.master.log;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * Faults that follow who leads, since chance does not bring so many together in the right order. A leader is cut off, the
 * other two make a new one, and one of them then loses its log and comes back where only the first leader reaches it. That
 * one fills it, gives it its place, which it cannot commit, and tries to lead again with its vote.
 */
final class Aimed {
    private static final int LOOK = 5;
    /** For each step; then the world is left to chance again. */
    private static final int PATIENCE = 400;

    private static final int PAUSE = 50;

    private final Simulation simulation;
    private final Ways ways;
    private final Random random;
    private boolean busy;

    Aimed(Simulation simulation, Ways ways, Random random) {
        this.simulation = simulation;
        this.ways = ways;
        this.random = random;
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
        int first = 1 + random.nextInt(Simulation.FORMED);
        nominate(first);
        when(() -> isLeading(first) && allIsWell(first), () -> cutOff(first));
    }

    private boolean allIsWell(int leader) {
        Members members = simulation.replica(leader).members();
        return simulation.allVouched()
                && members.voters().size() == Simulation.FORMED
                && members.voters().contains(leader);
    }

    /** Nobody else tries. */
    private void nominate(int id) {
        for (int other = 1; other <= Simulation.COUNT; other++) {
            if (other != id) {
                simulation.ask(other, replica -> replica.resign("not named"));
            }
        }
        simulation.campaign(id);
    }

    private void cutOff(int first) {
        List<Integer> others =
                new ArrayList<>(simulation.replica(first).members().voters());
        others.remove((Integer) first);
        Collections.shuffle(others, random);
        int successor = others.getFirst();
        simulation.note("replica " + first + " is led on without knowing");
        ways.isolate(first);
        after(random.nextInt(10 * LOOK), () -> simulation.campaign(successor));
        when(() -> isLeading(successor) && acknowledgedIn(successor), () -> lose(first, successor, others.getLast()));
    }

    private boolean isLeading(int id) {
        Replica replica = simulation.replica(id);
        return replica != null && replica.isLeading();
    }

    /** Whether there is something that could be lost. */
    private boolean acknowledgedIn(int leader) {
        Replica replica = simulation.replica(leader);
        return simulation.acknowledgedEpoch() == replica.promised();
    }

    private void lose(int first, int successor, int lost) {
        if (!isLeading(first) || !simulation.allVouched()) {
            end();
            return;
        }
        ways.heal();
        ways.isolate(successor);
        long before = simulation.replica(first).members().incarnation(lost);
        simulation.wipe(lost);
        when(() -> isLeading(first) && simulation.replica(first).members().incarnation(lost) != before, () -> {
            after(random.nextInt(4 * LOOK), () -> simulation.ask(first, replica -> replica.resign("to try again")));
            after(4 * LOOK, () -> simulation.campaign(first));
            after(PATIENCE, this::end);
        });
    }

    private void when(BooleanSupplier condition, Runnable action) {
        when(condition, action, simulation.time() + PATIENCE);
    }

    private void when(BooleanSupplier condition, Runnable action, long until) {
        if (condition.getAsBoolean()) {
            action.run();
        } else if (simulation.time() < until) {
            after(LOOK, () -> when(condition, action, until));
        } else {
            end();
        }
    }

    private void end() {
        ways.heal();
        busy = false;
        after(PAUSE + random.nextInt(10 * PAUSE), this::begin);
    }

    /** Nothing any more when there are to be no more faults. */
    private void after(long delay, Runnable action) {
        simulation.at(simulation.time() + delay, () -> {
            if (simulation.hasFaults()) {
                action.run();
            }
        });
    }
}
