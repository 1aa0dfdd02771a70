package io.gatun.master.log;

import io.gatun.master.log.disk.SimulatedDisk;
import java.util.List;
import java.util.Random;

/**
 * Two of three go on, and the disk of one of them finishes nothing any more; then its power fails, and it meets the third.
 * What those two do not have must not have been acknowledged. It may be the leader's own disk, or that of a follower: one
 * that was up to date, or one that led on without knowing and has to give up what it wrote meanwhile, also for a snapshot.
 */
final class AimedAtDisks implements Aimed.Plan {
    private final Aimed aimed;
    private final Simulation simulation;
    private final Ways ways;
    private final Random random;

    AimedAtDisks(Aimed aimed, Simulation simulation, Ways ways, Random random) {
        this.aimed = aimed;
        this.simulation = simulation;
        this.ways = ways;
        this.random = random;
    }

    /** Who is what: of the victim's disk nothing is finished, a witness has what it acknowledges, the third has not. */
    private record Roles(int leader, int victim, int witness, int third) {}

    @Override
    public void begin(int first) {
        List<Integer> others = aimed.others(first);
        int one = others.getFirst();
        int third = others.getLast();
        switch (random.nextInt(3)) {
            case 0 -> stall(new Roles(first, first, one, third));
            case 1 -> stall(new Roles(first, one, first, third));
            default -> aimed.replace(first, one, () -> overrule(new Roles(one, first, one, third)));
        }
    }

    /** Its promise to the new leader must be on disk, so that it answers at all. */
    private void overrule(Roles roles) {
        if (random.nextBoolean()) {
            simulation.compact(roles.leader);
        }
        ways.heal();
        ways.isolate(roles.third);
        long epoch = simulation.replica(roles.leader).promised();
        aimed.when(
                () -> simulation.replica(roles.victim) != null
                        && simulation.replica(roles.victim).log().durability().promise() >= epoch,
                () -> stall(roles));
    }

    private void stall(Roles roles) {
        if (!aimed.isLeading(roles.leader) || simulation.replica(roles.victim) == null) {
            aimed.end();
            return;
        }
        long last = simulation.replica(roles.leader).last();
        ways.isolate(roles.third);
        simulation.stall(roles.victim);
        aimed.whenOrAfterAWhile(() -> simulation.acknowledgedTo() > last, () -> {
            if (simulation.acknowledgedTo() <= last && random.nextInt(4) > 0) {
                finishOnce(roles);
            } else {
                losePower(roles);
            }
        });
    }

    /** What the disk was doing is done, and nothing that was asked of it meanwhile. */
    private void finishOnce(Roles roles) {
        Replica replica = simulation.replica(roles.leader);
        long last = replica == null ? Long.MAX_VALUE : replica.last();
        simulation.stall(roles.victim);
        aimed.whenOrAfterAWhile(() -> simulation.acknowledgedTo() >= last, () -> losePower(roles));
    }

    private void losePower(Roles roles) {
        ways.heal();
        ways.isolate(roles.witness);
        simulation.restart(roles.victim, SimulatedDisk.Death.POWER);
        aimed.campaignUntil(roles.third, () -> aimed.isLeading(roles.third), aimed::end);
    }
}
