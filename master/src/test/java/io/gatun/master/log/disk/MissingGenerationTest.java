package io.gatun.master.log.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.master.log.EntryKind;
import io.gatun.master.log.Snapshot;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** A generation is ended only when the next one is on disk, so that it is known to be missing without any other proof. */
class MissingGenerationTest {
    private static final int ENTRIES = 100;
    private static final int LENGTH_BYTES = 100;
    /** What {@link SimulatedDisk#damage} does for this number out of six: the newest generation is gone. */
    private static final Map<Integer, Integer> LOSES_GENERATION = Map.of(6, 1);

    /** All that was written is on disk but for the mark, which is as old as the opening. */
    @Test
    void shouldFindItWhenTheMarkIsOlder() {
        SimulatedDisk disk = written();
        disk.die(SimulatedDisk.Death.POWER);
        assertThat(disk.damage()).startsWith("loses generation");
        StringBuilder found = new StringBuilder();
        disk.open(found);
        assertThat(found.toString()).startsWith("DAMAGED").contains("is missing", "was there before");
    }

    /** Otherwise the test above would pass because of something else. */
    @Test
    void shouldReadAllWhenItIsThere() {
        SimulatedDisk disk = written();
        disk.die(SimulatedDisk.Death.POWER);
        StringBuilder found = new StringBuilder();
        assertThat(disk.open(found).log().last()).isEqualTo(ENTRIES);
        assertThat(found.toString()).startsWith("WHOLE");
    }

    /** More than fits in one generation, none of it forced. */
    private static SimulatedDisk written() {
        SimulatedDisk disk = new SimulatedDisk(new World(), 1);
        disk.form(JournalDriver.THREE);
        UnsafeBuffer bytes = new UnsafeBuffer(new byte[LENGTH_BYTES]);
        for (int position = 1; position <= ENTRIES; position++) {
            disk.entry(position, 0x10001, EntryKind.DATA, bytes, 0, LENGTH_BYTES);
        }
        return disk;
    }

    /** Keeps every sector, and forgets the mark. */
    private static final class World implements SimulatedDisk.World {
        @Override
        public int random(int bound) {
            return LOSES_GENERATION.getOrDefault(bound, 0);
        }

        @Override
        public void later(Runnable action) {
            action.run();
        }

        @Override
        public boolean diskFails() {
            return false;
        }

        @Override
        public void forced(long ticket) {
            throw new IllegalStateException("force " + ticket + " was not asked for");
        }

        @Override
        public void failed(String reason) {
            throw new IllegalStateException(reason);
        }

        @Override
        public void stored(Snapshot snapshot) {
            throw new IllegalStateException("snapshot " + snapshot.position() + " was not asked for");
        }
    }
}
