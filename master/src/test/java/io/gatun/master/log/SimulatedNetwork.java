package io.gatun.master.log;

import java.util.function.Consumer;

/** One replica's way to the others, through the simulation's faults. */
final class SimulatedNetwork implements Outbox {
    private final Simulation simulation;
    private final int from;

    SimulatedNetwork(Simulation simulation, int from) {
        this.simulation = simulation;
        this.from = from;
    }

    private void send(int to, String text, Consumer<Replica> delivery) {
        simulation.send(from, to, text, delivery);
    }

    @Override
    public void prepare(int to, long epoch, long admitted) {
        send(to, "prepare " + epoch, replica -> replica.onPrepare(from, epoch, admitted));
    }

    @Override
    public void promise(int to, long epoch, long lastEpoch, long lastPosition, long first, long incarnation) {
        send(
                to,
                "promise " + epoch + " last " + lastPosition + "/" + lastEpoch,
                replica -> replica.onPromise(from, epoch, lastEpoch, lastPosition, first, incarnation));
    }

    @Override
    public void refuse(int to, long epoch, long promised) {
        send(to, "refuse " + epoch + " promised " + promised, replica -> replica.onRefuse(from, epoch, promised));
    }

    @Override
    public void fetch(int to, long epoch, long previousPosition, long previousEpoch) {
        send(
                to,
                "fetch " + epoch + " after " + previousPosition + "/" + previousEpoch,
                replica -> replica.onFetch(from, epoch, previousPosition, previousEpoch));
    }

    @Override
    public void fetched(
            int to, long epoch, long previousPosition, long previousEpoch, boolean matches, Entries log, long last) {
        CopiedEntries copy = new CopiedEntries(log, previousPosition, last);
        send(
                to,
                "fetched " + epoch + " after " + previousPosition + "/" + previousEpoch + " x" + copy.count(),
                replica -> replica.onFetched(from, epoch, previousPosition, previousEpoch, matches, copy));
    }

    @Override
    public long append(
            int to,
            long epoch,
            long previousPosition,
            long previousEpoch,
            long committed,
            long round,
            Entries log,
            long last) {
        long taken = simulation.room(previousPosition, last);
        CopiedEntries copy = new CopiedEntries(log, previousPosition, taken);
        send(
                to,
                "append " + epoch + " after " + previousPosition + "/" + previousEpoch + " x" + copy.count()
                        + " committed " + committed,
                replica -> replica.onAppend(from, epoch, previousPosition, previousEpoch, committed, round, copy));
        return taken;
    }

    @Override
    public void appended(int to, long epoch, long position, long round, long incarnation, boolean vouched) {
        send(
                to,
                "appended " + epoch + " to " + position,
                replica -> replica.onAppended(from, epoch, position, round, incarnation, vouched));
    }

    @Override
    public void behind(int to, long epoch, long position, long round, long incarnation) {
        send(
                to,
                "behind " + epoch + " at " + position,
                replica -> replica.onBehind(from, epoch, position, round, incarnation));
    }

    @Override
    public void snapshot(int to, long epoch, Snapshot snapshot, long round) {
        Snapshot copy = new Snapshot(snapshot.position(), snapshot.epoch(), snapshot.members(), snapshot.state());
        send(
                to,
                "snapshot " + epoch + " of " + snapshot.position(),
                replica -> replica.onSnapshot(from, epoch, copy, round));
    }
}
