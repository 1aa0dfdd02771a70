package io.gatun.master;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DiskRoomTest {
    private static final long LITTLE = DiskRoom.NEEDED_BYTES - 1;

    private long usable = DiskRoom.NEEDED_BYTES;
    private long nowMs = 1_000;
    private final DiskRoom room = new DiskRoom(() -> usable);

    @Test
    void shouldHandOverOnceWhenTheNextFileDoesNotFit() {
        assertThat(yields(true)).isFalse();
        usable = LITTLE;
        assertThat(yields(true)).isTrue();
        assertThat(yields(false)).as("it does not try while another may").isTrue();
        nowMs += DiskRoom.YIELD_MS;
        assertThat(yields(false)).as("it may try again: the others did not").isFalse();
        assertThat(yields(true)).as("a full disk is better than no leader").isFalse();
    }

    @Test
    void shouldLeadAgainAtOnceWhenThereIsRoom() {
        usable = LITTLE;
        assertThat(yields(true)).isTrue();
        usable = DiskRoom.NEEDED_BYTES;
        assertThat(yields(false)).isFalse();
        usable = LITTLE;
        assertThat(yields(true)).as("it is full anew").isTrue();
    }

    @Test
    void shouldNotHandOverWhenNobodyCouldTakeIt() {
        usable = LITTLE;
        assertThat(yields(false)).isFalse();
    }

    private boolean yields(boolean succeeded) {
        nowMs += 200;
        return room.yields(succeeded, nowMs);
    }
}
