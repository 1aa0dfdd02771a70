package io.gatun.master.log.node;

import io.gatun.master.log.Replica;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Those who wait to know that this replica still leads. All who ask in one turn share a round. One thread. */
final class Barriers {
    private record Waiting(long round, CompletableFuture<Void> done) {}

    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final List<CompletableFuture<Void>> fresh = new ArrayList<>();
    private long lastConfirmed = -1;

    void add(CompletableFuture<Void> done) {
        fresh.add(done);
    }

    /** Begins a round for those who asked. */
    void begin(Replica replica, long now, int leader) {
        if (fresh.isEmpty()) {
            return;
        }
        List<CompletableFuture<Void>> asked = List.copyOf(fresh);
        fresh.clear();
        long round = replica.isLeading() ? replica.barrier(now) : -1;
        for (CompletableFuture<Void> done : asked) {
            if (round < 0) {
                done.completeExceptionally(new NotLeadingException(leader));
            } else if (round <= lastConfirmed) {
                done.complete(null); // a log of one replica confirms at once
            } else {
                waiting.addLast(new Waiting(round, done));
            }
        }
    }

    /** A quorum has answered a round. */
    void confirmed(long round) {
        lastConfirmed = round;
        while (!waiting.isEmpty() && waiting.getFirst().round() <= round) {
            waiting.removeFirst().done().complete(null);
        }
    }

    /** Rounds begin anew, with the next term or for another leader. */
    void failAll(int leader) {
        lastConfirmed = -1;
        while (!waiting.isEmpty()) {
            waiting.removeFirst().done().completeExceptionally(new NotLeadingException(leader));
        }
    }
}
