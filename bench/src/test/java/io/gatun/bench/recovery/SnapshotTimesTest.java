package io.gatun.bench.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class SnapshotTimesTest {
    private static final long LIMIT_MS = 10;

    private final AtomicBoolean underWay = new AtomicBoolean(true);
    private final SnapshotTimes appends = new SnapshotTimes("", underWay::get);
    private final SnapshotTimes disk = new SnapshotTimes("disk_", underWay::get);
    private final SnapshotTimes processor = new SnapshotTimes("late_", underWay::get);

    private static void took(SnapshotTimes times, long fromMs, long toMs) {
        times.took(TimeUnit.MILLISECONDS.toNanos(fromMs), TimeUnit.MILLISECONDS.toNanos(toMs));
    }

    @Test
    void anAppendThatADisksStallTouchesIsLeftOut() {
        took(disk, 100, 120);
        took(appends, 90, 121);
        took(appends, 115, 125);
        took(appends, 121, 130);
        assertThat(disk.longerThan(LIMIT_MS)).isEqualTo(1);
        assertThat(appends.longestMsWithout(disk, LIMIT_MS)).isEqualTo(9.0);
    }

    @Test
    void anAppendBesideADiskThatKeepsUpCounts() {
        took(disk, 100, 110);
        took(appends, 90, 121);
        assertThat(disk.longerThan(LIMIT_MS)).isZero();
        assertThat(appends.longestMsWithout(disk, LIMIT_MS)).isEqualTo(31.0);
    }

    @Test
    void theTimeOfStallsIsNotAnAppendsOwn() {
        took(disk, 100, 120);
        took(processor, 110, 140);
        took(processor, 150, 152);
        took(appends, 90, 160);
        assertThat(appends.longestMsBeyond(2, disk, processor)).isEqualTo(30.0);
        assertThat(appends.longestMsBeyond(1.5, disk, processor)).isEqualTo(28.0);
    }

    @Test
    void anAppendWithoutStallsIsItsOwn() {
        took(disk, 100, 120);
        took(appends, 90, 121);
        took(appends, 121, 133);
        assertThat(appends.longestMsBeyond(LIMIT_MS, disk, processor)).isEqualTo(12.0);
    }

    @Test
    void whatIsOutsideOfSnapshotsIsNoneOfTheirs() {
        underWay.set(false);
        took(disk, 100, 120);
        took(appends, 100, 140);
        assertThat(disk.longerThan(LIMIT_MS)).isZero();
        assertThat(appends.longestMsWithout(disk, LIMIT_MS)).isZero();
    }
}
