package io.gatun.master.log;

import java.util.List;
import java.util.Random;

/**
 * A leader writes alone. Another one begins a newer epoch, of which nobody has an entry but itself. The first leads once
 * more, in a still newer epoch, and reaches the third with its old entries, but no longer with those of the new epoch: a
 * quorum has the old ones, and still the second one, which is ahead of the third, overrules them.
 */
final class AimedAtEpochs implements Aimed.Plan {
    private final Aimed aimed;
    private final Simulation simulation;
    private final Ways ways;
    private final Random random;

    AimedAtEpochs(Aimed aimed, Simulation simulation, Ways ways, Random random) {
        this.aimed = aimed;
        this.simulation = simulation;
        this.ways = ways;
        this.random = random;
    }

    @Override
    public void begin(int first) {
        List<Integer> others = aimed.others(first);
        int a = others.getFirst();
        int b = others.getLast();
        boolean isAhead = last(a) >= last(b);
        int second = isAhead ? a : b;
        int third = isAhead ? b : a;
        simulation.note("replica " + first + " writes alone");
        ways.isolate(first);
        // More than one message takes: so that the end of it, and what comes behind, is in another one.
        long enough = last(second) + Simulation.SETTINGS.maxInFlight() + random.nextInt(4);
        aimed.when(() -> last(first) > enough, () -> interrupt(first, second, third));
    }

    private long last(int id) {
        return simulation.replica(id) == null ? -1 : simulation.replica(id).last();
    }

    /** The second has the vote of the third, and does not reach it any more. */
    private void interrupt(int first, int second, int third) {
        aimed.campaignUntil(
                second,
                () -> simulation.replica(third) != null
                        && Epoch.owner(simulation.replica(third).promised()) == second,
                () -> {
                    ways.toggle(second, third);
                    aimed.when(() -> aimed.isInCharge(second), () -> leadAgain(first, second, third));
                });
    }

    private void leadAgain(int first, int second, int third) {
        ways.heal();
        ways.isolate(second);
        long before = last(third);
        aimed.campaignUntil(first, () -> last(third) > before, () -> {
            ways.toggle(first, third);
            long committed = simulation.replica(first) == null
                    ? 0
                    : simulation.replica(first).committed();
            aimed.whenOrAfterAWhile(
                    () -> simulation.replica(first) == null
                            || simulation.replica(first).committed() > committed,
                    () -> overrule(first, second));
        });
    }

    private void overrule(int first, int second) {
        ways.heal();
        ways.isolate(first);
        aimed.campaignUntil(second, () -> aimed.isLeading(second), aimed::end);
    }
}
