package io.gatun.master.log;

import io.gatun.master.log.disk.SimulatedDisk;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * A leader is cut off, the other two make a new one, and one of them then comes back where only the first leader reaches
 * it: without its log, without the end of its log, or after a crash in which it must not have forgotten what it promised.
 * If it has no log any more, the first leader fills it, gives it its place, which it cannot commit, and tries to lead again
 * with its vote.
 */
final class AimedAtVotes implements Aimed.Plan {
    private final Aimed aimed;
    private final Simulation simulation;
    private final Ways ways;
    private final Random random;

    AimedAtVotes(Aimed aimed, Simulation simulation, Ways ways, Random random) {
        this.aimed = aimed;
        this.simulation = simulation;
        this.ways = ways;
        this.random = random;
    }

    @Override
    public void begin(int first) {
        List<Integer> others = aimed.others(first);
        int successor = others.getFirst();
        int voter = others.getLast();
        aimed.replace(first, successor, () -> {
            // What it has sent already must not tell the other one of it.
            ways.isolate(successor);
            aimed.after(Simulation.MAX_DELAY, () -> turn(first, successor, voter));
        });
    }

    private void turn(int first, int successor, int voter) {
        if (!aimed.isLeading(first) || !aimed.mayLoseOne(first)) {
            aimed.end();
            return;
        }
        ways.heal();
        ways.isolate(successor);
        if (random.nextInt(4) == 0) {
            simulation.restart(voter, random.nextBoolean() ? SimulatedDisk.Death.POWER : SimulatedDisk.Death.PROCESS);
            aimed.after(Aimed.A_WHILE, aimed::end);
            return;
        }
        long before = simulation.replica(first).members().incarnation(voter);
        boolean onlyEnd = random.nextInt(3) == 0;
        simulation.lose(voter, onlyEnd);
        BooleanSupplier hasPlace = () ->
                aimed.isLeading(first) && simulation.replica(first).members().incarnation(voter) != before;
        Runnable goOn = () -> aimed.after(random.nextInt(Aimed.A_WHILE), () -> tryAgain(first, 2));
        if (onlyEnd) {
            // Perhaps nothing that mattered is lost, and it is still the one that it was.
            aimed.whenOrAfterAWhile(hasPlace, goOn);
        } else {
            aimed.when(hasPlace, goOn);
        }
    }

    /** More than once: the epoch of its successor, of which it does not know, may be greater than its next one. */
    private void tryAgain(int first, int times) {
        aimed.resign(first);
        simulation.campaign(first);
        aimed.whenOrAfterAWhile(() -> aimed.isInCharge(first), () -> {
            if (times > 1) {
                tryAgain(first, times - 1);
            } else {
                aimed.end();
            }
        });
    }
}
