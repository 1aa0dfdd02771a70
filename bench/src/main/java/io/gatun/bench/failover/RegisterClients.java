package io.gatun.bench.failover;

import io.gatun.bench.BenchException;
import io.gatun.bench.failover.MasterCalls.Answer;
import io.gatun.bench.failover.MasterCalls.Outcome;
import io.gatun.testkit.history.History;
import io.gatun.testkit.history.Linearizability;
import io.gatun.testkit.history.Registers;
import io.gatun.testkit.history.Verdict;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Clients that read and write registers all the time, and the history of what they saw. Some follow the leader; some ask
 * always the same master and believe it, so that one that leads no more and answers all the same is found out.
 */
final class RegisterClients implements AutoCloseable {
    private static final int KEYS = 5;
    private static final int FOLLOWERS = 4;
    /** Gatun tells only weights that differ from the default, which is 1. */
    private static final long FIRST_VALUE = 2;

    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    /** Short, so that a master that wakes up finds young questions. */
    private static final Duration LOYAL_TIMEOUT = Duration.ofMillis(300);

    private static final long PAUSE_MS = 15;
    private static final long JOIN_MS = 60_000;
    private static final long CHECK_STEPS_MAX = 50_000_000;

    private final History<Registers.Call, Long> history = new History<>();
    private final IntFunction<URI> masters;
    private final AtomicLong nextValue = new AtomicLong(FIRST_VALUE);
    private final AtomicLongArray lastWriteNs = new AtomicLongArray(Cluster.MASTERS);
    private final LongAdder done = new LongAdder();
    private final LongAdder unknown = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean running = true;

    private RegisterClients(IntFunction<URI> masters) {
        this.masters = masters;
    }

    /** Starts calling. */
    static RegisterClients start(IntFunction<URI> masters, long seed) {
        RegisterClients clients = new RegisterClients(masters);
        for (int i = 0; i < FOLLOWERS; i++) {
            clients.start("follower" + i, clients.new Follower("follower" + i, random(seed + i)));
        }
        for (int i = 0; i < Cluster.MASTERS; i++) {
            clients.start("loyal" + i, clients.new Loyal("loyal" + i, i, random(seed + FOLLOWERS + i)));
        }
        return clients;
    }

    private static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    private void start(String name, Runnable client) {
        threads.add(Thread.ofPlatform().name(name).daemon().start(() -> {
            try {
                while (running) {
                    client.run();
                    Thread.sleep(PAUSE_MS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                failure.compareAndSet(null, e);
            }
        }));
    }

    /** One write to one master, to find out whether it takes calls; part of the history. */
    Answer write(MasterCalls calls, String client, int master, String key) {
        long value = nextValue.getAndIncrement();
        History<Registers.Call, Long>.Call call = history.invoke(client, new Registers.Write(key, value));
        Answer answer = record(call, calls.write(masters.apply(master), key, value), value);
        if (answer.outcome() == Outcome.DONE) {
            lastWriteNs.set(master, System.nanoTime());
        }
        return answer;
    }

    private Answer read(MasterCalls calls, String client, int master, String key) {
        History<Registers.Call, Long>.Call call = history.invoke(client, new Registers.Read(key));
        Answer answer = calls.read(masters.apply(master), key, Registers.INITIAL);
        return record(call, answer, answer.value().orElse(Registers.INITIAL));
    }

    private Answer record(History<Registers.Call, Long>.Call call, Answer answer, long value) {
        switch (answer.outcome()) {
            case DONE -> {
                call.ok(value);
                done.increment();
            }
            case REFUSED -> {
                call.failed();
                refused.increment();
            }
            case UNKNOWN -> {
                call.unknown();
                unknown.increment();
            }
        }
        return answer;
    }

    /** Goes where redirects lead, and from master to master when there is none. */
    private final class Follower implements Runnable {
        private final MasterCalls calls = new MasterCalls(TIMEOUT);
        private final String name;
        private final RandomGenerator random;
        private int master;

        Follower(String name, RandomGenerator random) {
            this.name = name;
            this.random = random;
        }

        @Override
        public void run() {
            String key = key(random);
            Answer answer = random.nextBoolean() ? write(calls, name, master, key) : read(calls, name, master, key);
            if (answer.outcome() != Outcome.DONE) {
                master = answer.leader().flatMap(RegisterClients.this::index).orElse((master + 1) % Cluster.MASTERS);
            }
        }
    }

    /** Reads from one master only. */
    private final class Loyal implements Runnable {
        private final MasterCalls calls = new MasterCalls(LOYAL_TIMEOUT);
        private final String name;
        private final int master;
        private final RandomGenerator random;

        Loyal(String name, int master, RandomGenerator random) {
            this.name = name;
            this.master = master;
            this.random = random;
        }

        @Override
        public void run() {
            read(calls, name, master, key(random));
        }
    }

    private static String key(RandomGenerator random) {
        return "register" + random.nextInt(KEYS);
    }

    private Optional<Integer> index(URI leader) {
        for (int i = 0; i < Cluster.MASTERS; i++) {
            if (masters.apply(i).getAuthority().equals(leader.getAuthority())) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }

    /** {@link System#nanoTime} of the last write that this master did, 0 if none. */
    long lastWriteNs(int master) {
        return lastWriteNs.get(master);
    }

    /** Ends all calls. */
    @Override
    public void close() {
        running = false;
        try {
            for (Thread thread : threads) {
                if (!thread.join(Duration.ofMillis(JOIN_MS))) {
                    throw new BenchException(thread.getName() + " did not end within " + JOIN_MS + " ms");
                }
            }
        } catch (InterruptedException e) {
            throw Role.interrupted(e);
        }
    }

    /** Checks what was seen; to be called after {@link #close}. Fails if a client could not go on. */
    Verdict verdict() {
        if (failure.get() != null) {
            throw new BenchException("a client ended: " + failure.get().getMessage(), failure.get());
        }
        return Linearizability.check(new Registers(), Registers.noticed(history.operations()), CHECK_STEPS_MAX);
    }

    /** For people: how many calls had which end. */
    String counts() {
        return done + " calls done, " + refused + " refused, " + unknown + " of unknown outcome";
    }
}
