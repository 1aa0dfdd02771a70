package io.gatun.bench.launch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuietTest {
    @Test
    void shouldCountWhatRuns() {
        assertThat(Quiet.running("0.20 0.18 12.00 13/1200 11206\n")).isEqualTo(13);
    }

    @Test
    void shouldReturnWhetherTheMachineIsQuietOrNot() throws Exception {
        Thread busy = Thread.ofPlatform().daemon().start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
            }
        });
        Quiet.await();
        busy.interrupt();
        busy.join();
        Quiet.await();
    }
}
