package io.gatun.containerizer.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EventLoopTest {
    @Test
    void shouldGoOnAfterAFailure() throws InterruptedException {
        CountDownLatch ran = new CountDownLatch(2);
        try (EventLoop loop = new EventLoop("test")) {
            loop.later(20, ran::countDown);
            loop.later(0, () -> {
                ran.countDown();
                throw new IllegalStateException("on purpose");
            });
            assertThat(ran.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void shouldRunInTheOrderOfTimeWhoeverAsks() throws InterruptedException {
        List<String> order = new CopyOnWriteArrayList<>();
        CountDownLatch last = new CountDownLatch(1);
        try (EventLoop loop = new EventLoop("test")) {
            loop.execute(() -> {
                loop.later(200, () -> {
                    order.add("third");
                    last.countDown();
                });
                loop.later(100, () -> order.add("second"));
                order.add(loop.inLoop() ? "first" : "first, elsewhere");
            });
            assertThat(last.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(loop.inLoop()).isFalse();
        }
        assertThat(order).containsExactly("first", "second", "third");
    }

    @Test
    void shouldRunNothingOnceItHasEnded() {
        EventLoop loop = new EventLoop("test");
        assertThat(loop.end()).isTrue();
        loop.execute(() -> {
            throw new AssertionError("ran");
        });
        loop.close();
        assertThat(loop.end()).isTrue();
    }
}
