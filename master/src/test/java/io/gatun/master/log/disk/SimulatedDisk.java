package io.gatun.master.log.disk;

import io.gatun.master.log.Journal;
import io.gatun.master.log.Members;
import io.gatun.master.log.Recovered;
import io.gatun.master.log.Snapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A journal on a disk in memory: the records, their order, and the recovery are those of the real one, byte by byte; time
 * and faults are the simulation's.
 */
public final class SimulatedDisk implements Journal {
    private static final int GENERATION_BYTES = 2 * MemoryLog.UNIT_BYTES;

    /** What a disk needs of the simulation that it is in. */
    public interface World {
        /** From 0 to {@code bound - 1}. */
        int random(int bound);

        /** Runs something some time later, unless the machine has crashed meanwhile. */
        void later(Runnable action);

        /** Whether this write or force finds the disk full or broken. */
        boolean diskFails();

        /** See {@link io.gatun.master.log.Replica#forced}. */
        void forced(long ticket);

        /** See {@link io.gatun.master.log.Replica#failed}. */
        void failed(String reason);

        /** See {@link io.gatun.master.log.Replica#stored}. */
        void stored(Snapshot snapshot);
    }

    /** How a machine dies. */
    public enum Death {
        /** The process is killed: the kernel writes what it was given. */
        PROCESS,
        /** The power fails: of each sector that was not forced only one may know whether it was written. */
        POWER
    }

    private final World world;
    private final int id;
    private final MemoryLog files = new MemoryLog();
    private final RecordEncoder encoder = new RecordEncoder();
    /** What is on the disk of {@link MemoryLog#mark}, which is forced seldom. */
    private byte[] durableMark;

    private JournalWriter writer;
    private long generation;
    private long snapshot;
    private long durableSnapshot;
    private long awaitedSnapshot;
    private long vouchedAt;
    private long forcedSequence;
    private boolean failed;
    private final TreeMap<Long, Long> begunAt = new TreeMap<>();

    /** A disk with nothing on it. */
    public SimulatedDisk(World world, int id) {
        this.world = world;
        this.id = id;
    }

    /** Formats it for a member of a new log. */
    public void form(Members members) {
        start(Recovered.formed(id, members), true, 0);
    }

    /** Reads it, as {@link JournalFiles} does, and begins to write; what the journal was found to be is in {@code found}. */
    public Recovered open(StringBuilder found) {
        try {
            Reading reading = Recovery.read(files);
            found.append(reading.state())
                    .append(reading.problem().isEmpty() ? "" : ": " + reading.problem())
                    .append(reading.dropped().isEmpty() ? "" : "; dropped " + reading.dropped());
            if (reading.state() == JournalState.WHOLE) {
                snapshot = reading.snapshot();
                generation = reading.generation();
                return start(reading.recovered(), false, reading.sequence());
            }
            files.clear();
            return start(Recovered.blank(id, 1 + world.random(Integer.MAX_VALUE)), true, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Recovered start(Recovered recovered, boolean fresh, long sequence) {
        failed = false;
        try {
            if (fresh) {
                mark(Mark.NONE);
                store(++snapshot, recovered.snapshot());
            }
            writer = new JournalWriter(recovered, snapshot, sequence);
            MemoryFile file = new MemoryFile(GENERATION_BYTES + sizeOf(recovered));
            generation++;
            writer.copy(generation, file, recovered.log());
            files.generations.put(generation, file);
            file.forced(file.used());
            mark(new Mark(generation, writer.sequence() - 1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        durableMark = files.mark;
        files.generations.keySet().removeIf(number -> number != generation);
        files.snapshots.keySet().removeIf(number -> number != snapshot);
        durableSnapshot = snapshot;
        awaitedSnapshot = snapshot;
        forcedSequence = writer.sequence();
        vouchedAt = recovered.vouched() ? 0 : Long.MAX_VALUE;
        begunAt.clear();
        begunAt.put(generation, recovered.snapshot().position());
        return recovered;
    }

    private static int sizeOf(Recovered recovered) {
        int size = 0;
        for (long position = recovered.log().base() + 1;
                position <= recovered.log().last();
                position++) {
            size += recovered.log().length(position) + RecordLayout.OVERHEAD_BYTES + 8;
        }
        return (size + MemoryLog.UNIT_BYTES - 1) / MemoryLog.UNIT_BYTES * MemoryLog.UNIT_BYTES;
    }

    private void mark(Mark mark) {
        ByteBuffer bytes = ByteBuffer.allocate(Mark.SIZE_BYTES);
        Mark.encode(bytes, new CRC32C(), mark.generation(), mark.sequence());
        files.mark = bytes.array();
    }

    private void store(long number, Snapshot taken) throws IOException {
        byte[] header = new SnapshotHeader(number, taken.length(), taken.members()).encode();
        byte[] state = taken.state();
        MemoryFile file = new MemoryFile(1024 + header.length + state.length);
        encoder.encode(
                RecordType.SNAPSHOT,
                (byte) 0,
                0,
                0,
                taken.position(),
                taken.epoch(),
                new UnsafeBuffer(header),
                0,
                header.length);
        file.append(encoder.buffer(), encoder.length());
        UnsafeBuffer view = new UnsafeBuffer(state);
        encoder.encode(RecordType.PIECE, (byte) 0, 1, 0, taken.position(), taken.epoch(), view, 0, state.length);
        file.append(encoder.buffer(), encoder.length());
        encoder.encode(RecordType.SNAPSHOT_END, (byte) 0, 2, 0, taken.position(), taken.epoch(), view, 0, 0);
        file.append(encoder.buffer(), encoder.length());
        files.snapshots.put(number, file);
    }

    // ---- what a replica does

    private interface Write {
        void run() throws IOException;
    }

    private void write(int length, Write write) {
        if (failed) {
            return;
        }
        if (world.diskFails()) {
            fail("write: ENOSPC");
            return;
        }
        try {
            writer.forced(forcedSequence);
            if (!files.generations.get(generation).hasRoomFor(length + 2 * (RecordLayout.OVERHEAD_BYTES + 8))) {
                MemoryFile next = new MemoryFile(GENERATION_BYTES);
                writer.goOn(generation + 1, next);
                generation++;
                files.generations.put(generation, next);
                begunAt.put(generation, writer.lastPosition());
            }
            write.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void fail(String reason) {
        if (!failed) {
            failed = true;
            world.later(() -> world.failed(reason));
        }
    }

    @Override
    public void promise(long epoch) {
        write(0, () -> writer.promise(epoch));
    }

    @Override
    public void entry(long position, long epoch, byte kind, DirectBuffer bytes, int offset, int length) {
        write(length, () -> writer.entry(position, epoch, kind, bytes, offset, length));
    }

    @Override
    public void vouch() {
        write(0, () -> {
            vouchedAt = writer.sequence();
            writer.vouch();
        });
    }

    @Override
    public void compact(Snapshot taken) {
        storeLater(taken, false);
    }

    @Override
    public void restore(Snapshot received) {
        if (failed) {
            return;
        }
        awaitedSnapshot = storeLater(received, true);
        write(Long.BYTES, () -> writer.restored(received, awaitedSnapshot));
    }

    private long storeLater(Snapshot taken, boolean required) {
        long number = ++snapshot;
        world.later(() -> {
            if (failed || (!required && number != snapshot) || number < durableSnapshot) {
                return;
            }
            try {
                store(number, taken);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            durableSnapshot = number;
            files.snapshots.keySet().removeIf(older -> older < number);
            removeGenerationsBefore(taken.position());
            world.stored(taken);
        });
        return number;
    }

    private void removeGenerationsBefore(long position) {
        Iterator<Long> numbers = begunAt.keySet().iterator();
        numbers.next();
        while (numbers.hasNext()) {
            long next = numbers.next();
            // Those before it are forced: the real journal waits for that, too.
            if (begunAt.get(next) > position || forcedSequence < writer.sequence()) {
                return;
            }
            files.generations.headMap(next).clear();
        }
    }

    @Override
    public void force(long ticket) {
        if (failed) {
            return;
        }
        long sequence = writer.sequence();
        long last = generation;
        int end = files.generations.get(generation).used();
        long awaited = awaitedSnapshot;
        world.later(() -> finish(ticket, sequence, last, end, awaited));
    }

    private void finish(long ticket, long sequence, long last, int end, long awaited) {
        if (failed) {
            return;
        }
        if (world.diskFails()) {
            fail("fdatasync: EIO");
            return;
        }
        if (durableSnapshot < awaited) {
            world.later(() -> finish(ticket, sequence, last, end, awaited));
            return;
        }
        files.generations.headMap(last).values().forEach(file -> file.forced(file.used()));
        MemoryFile file = files.generations.get(last);
        if (file != null) {
            file.forced(end);
        }
        forcedSequence = sequence;
        mark(new Mark(last, sequence - 1));
        world.forced(ticket);
    }

    // ---- what happens to it

    /** The process or the machine ends. */
    public void die(Death death) {
        failed = true;
        if (death == Death.POWER) {
            files.generations.values().forEach(file -> file.losePower(() -> world.random(2) == 0));
            if (world.random(2) == 0) {
                files.mark = durableMark;
            }
        }
        durableMark = files.mark;
    }

    /** Whether it may vote, also after a crash. */
    public boolean isDurablyVouched() {
        return vouchedAt < forcedSequence;
    }

    /** All of it is gone. */
    public void wipe() {
        vouchedAt = Long.MAX_VALUE;
        files.clear();
    }

    /**
     * The end of the newest generation is gone, although it was forced, and zeros are in its place: whole sectors, as a disk
     * loses them that lied when it was asked to force, or exactly from a record on.
     *
     * @return in words what
     */
    public String loseEnd() {
        vouchedAt = Long.MAX_VALUE;
        MemoryFile file = files.generations.get(generation);
        int at = world.random(2) == 0
                ? world.random(file.used() / MemoryFile.SECTOR_BYTES + 1) * MemoryFile.SECTOR_BYTES
                : file.startOfRecord(world.random(file.records()));
        file.loseFrom(at);
        return "has lost the end of generation " + generation + ", from " + at;
    }

    /** Something that disks do happens to one of the files; in words what. */
    public String damage() {
        vouchedAt = Long.MAX_VALUE;
        switch (world.random(6)) {
            case 0 -> {
                wipe();
                return "is wiped";
            }
            case 1 -> {
                long number = generation;
                files.generations.remove(number);
                return "loses generation " + number;
            }
            case 2 -> {
                files.mark = null;
                return "loses the mark";
            }
            case 3 -> {
                MemoryFile file = files.generations.get(generation);
                int length = world.random(file.used()) | 1;
                file.cut(length);
                return "has generation " + generation + " cut off at " + length;
            }
            case 4 -> {
                MemoryFile file = files.snapshots.lastEntry().getValue();
                file.flip(world.random(file.used()), world.random(8));
                return "has a bit of its snapshot flipped";
            }
            default -> {
                MemoryFile file = files.generations.get(generation);
                int at = world.random(file.used());
                file.flip(at, world.random(8));
                return "has a bit at " + at + " of generation " + generation + " flipped";
            }
        }
    }

    @Override
    public void close() {
        failed = true;
    }
}
