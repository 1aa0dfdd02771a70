package io.gatun.agent;

import com.google.protobuf.ByteString;
import io.gatun.mesos.v1.TaskStatus;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Sends status updates until they are acknowledged, as Mesos does: again after 10 s, doubled each time up to 10 min
 * (src/slave/constants.hpp), and at once after each registration. While no master is linked nothing is sent. Owned by
 * the loop.
 */
final class UpdateManager {
    static final Duration RETRY_MIN = Duration.ofSeconds(10);
    static final Duration RETRY_MAX = Duration.ofMinutes(10);

    private final Loop loop;
    private final BiConsumer<TaskKey, TaskStatus> send;
    private final Map<TaskKey, Flight> flights = new LinkedHashMap<>();
    private boolean linked;

    /** @param send hands an update to the link; called only while a master is linked */
    UpdateManager(Loop loop, BiConsumer<TaskKey, TaskStatus> send) {
        this.loop = loop;
        this.send = send;
    }

    /** Takes over the updates of a task. */
    void open(TaskKey key, UpdateStream stream) {
        Flight flight = new Flight(key, stream);
        if (flights.putIfAbsent(key, flight) != null) {
            throw new IllegalStateException(key + " has an update stream already");
        }
        flight.sendHead();
    }

    /** Sends one update of a task that this agent does not have, unless it does so already. */
    void openForUnknown(TaskKey key, TaskStatus status) {
        if (!flights.containsKey(key)) {
            open(key, new UpdateStream(Optional.empty()));
            update(key, status);
        }
    }

    /** Adds an update; it is checkpointed before it is sent. */
    void update(TaskKey key, TaskStatus status) {
        Flight flight = flight(key);
        boolean idle = flight.stream.head().isEmpty();
        flight.stream.add(status);
        if (idle) {
            flight.sendHead();
        }
    }

    /**
     * Handles an acknowledgement.
     *
     * @return the acknowledged update; empty when it is unknown or was acknowledged before
     */
    Optional<TaskStatus> acknowledge(TaskKey key, ByteString uuid) {
        Flight flight = flights.get(key);
        if (flight == null) {
            return Optional.empty();
        }
        Optional<TaskStatus> acknowledged = flight.stream.acknowledge(uuid);
        if (acknowledged.isPresent()) {
            flight.retryAfter = RETRY_MIN;
            flight.sendHead();
        }
        return acknowledged;
    }

    /** Drops a task's updates, acknowledged or not. */
    void close(TaskKey key) {
        Flight flight = flights.remove(key);
        if (flight != null) {
            flight.timer.cancel();
            flight.stream.close();
        }
    }

    /** A master has registered this agent: everything in flight is sent again. */
    void linked() {
        linked = true;
        for (Flight flight : flights.values()) {
            flight.retryAfter = RETRY_MIN;
            flight.sendHead();
        }
    }

    /** No master is linked. */
    void unlinked() {
        linked = false;
        flights.values().forEach(flight -> flight.timer.cancel());
    }

    /** Closes the files; nothing is sent any more. */
    void closeAll() {
        unlinked();
        flights.values().forEach(flight -> flight.stream.close());
        flights.clear();
    }

    private Flight flight(TaskKey key) {
        Flight flight = flights.get(key);
        if (flight == null) {
            throw new IllegalStateException(key + " has no update stream");
        }
        return flight;
    }

    /** One stream and when its head is sent next. */
    private final class Flight {
        private final TaskKey key;
        private final UpdateStream stream;
        private Duration retryAfter = RETRY_MIN;
        private Loop.Timer timer = () -> {};

        Flight(TaskKey key, UpdateStream stream) {
            this.key = key;
            this.stream = stream;
        }

        void sendHead() {
            timer.cancel();
            if (!linked || stream.head().isEmpty()) {
                return;
            }
            send.accept(key, stream.head().get());
            timer = loop.schedule(retryAfter, this::sendHead);
            retryAfter = min(retryAfter.multipliedBy(2), RETRY_MAX);
        }

        private static Duration min(Duration a, Duration b) {
            return a.compareTo(b) <= 0 ? a : b;
        }
    }
}
