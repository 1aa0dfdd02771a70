package io.gatun.containerizer;

import io.gatun.containerizer.cgroup.PerfSample;
import io.gatun.ffm.Arch;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.SyscallException;
import io.gatun.ffm.perf.PerfCounter;
import io.gatun.ffm.perf.PerfEvent;
import io.gatun.isolator.CgroupHost;
import io.gatun.isolator.NumberSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts events of all containers from time to time: a counter for each container, event and processor is open for
 * {@code perf_duration} of each {@code perf_interval}. A thread of its own, so that no container's end waits for it;
 * there is none when nothing is to be counted.
 */
final class PerfSampler implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PerfSampler.class);
    private static final Path ONLINE = Path.of("/sys/devices/system/cpu/online");
    private static final double NANOS_PER_MS = 1e6;

    private final PerfConfig config;
    private final CgroupHost host;
    private final Supplier<Set<String>> containers;
    private final Map<String, PerfSample> samples = new ConcurrentHashMap<>();
    private final Optional<Thread> thread;

    /** Events and counters of one container. */
    private record Counting(String id, Map<PerfEvent, List<PerfCounter>> counters) {}

    /**
     * Starts sampling.
     *
     * @param containers asked at the beginning of each sample for the ids of those that run
     */
    PerfSampler(PerfConfig config, CgroupHost host, Supplier<Set<String>> containers) {
        this.config = config;
        this.host = host;
        this.containers = containers;
        this.thread = config.events().isEmpty() || !host.has("perf_event")
                ? Optional.empty()
                : Optional.of(
                        Thread.ofPlatform().name("gatun-perf-events").daemon().start(this::run));
    }

    /** The last sample of a container; empty when there was none while it ran. */
    Optional<PerfSample> sample(String id) {
        return Optional.ofNullable(samples.get(id));
    }

    private void run() {
        try {
            while (true) {
                sample();
                Thread.sleep(config.interval().minus(config.duration()));
            }
        } catch (InterruptedException e) {
            // Closed: nothing is open but while a sample is taken, which closes what it opened.
            LOG.debug("perf events are no longer sampled");
        }
    }

    private void sample() throws InterruptedException {
        Set<String> ids = containers.get();
        samples.keySet().retainAll(ids);
        List<Counting> open = new ArrayList<>();
        try {
            double begin = System.currentTimeMillis() / 1e3;
            long beginNs = System.nanoTime();
            for (String id : ids) {
                open(id).ifPresent(open::add);
            }
            Thread.sleep(config.duration());
            for (Counting counting : open) {
                double seconds = (System.nanoTime() - beginNs) / 1e9;
                samples.put(counting.id(), new PerfSample(begin, seconds, read(counting)));
            }
        } catch (SyscallException e) {
            LOG.warn("perf events of containers: {}", e.getMessage());
        } finally {
            open.forEach(counting -> close(counting.counters()));
        }
    }

    private Optional<Counting> open(String id) {
        Map<PerfEvent, List<PerfCounter>> counters = new HashMap<>();
        Path cgroup = host.cgroup("perf_event", id).orElseThrow();
        try (OwnedFd directory = Fd.open(cgroup, Fd.O_RDONLY | Fd.oDirectory(Arch.current()), 0)) {
            List<Integer> online = NumberSet.parse(
                            "cpus", CgroupFiles.read(ONLINE).orElse("0"))
                    .numbers();
            for (PerfEvent event : config.events()) {
                List<PerfCounter> ofEvent = new ArrayList<>();
                counters.put(event, ofEvent);
                for (int cpu : online) {
                    ofEvent.add(PerfCounter.open(event, directory.fd(), cpu));
                }
            }
            return Optional.of(new Counting(id, counters));
        } catch (SyscallException e) {
            close(counters);
            if (e.call().equals("open")) {
                // It ended since the sample began.
                return Optional.empty();
            }
            throw e;
        }
    }

    private static Map<String, Double> read(Counting counting) {
        Map<String, Double> counts = new HashMap<>();
        counting.counters().forEach((event, counters) -> {
            double sum = counters.stream().mapToDouble(PerfCounter::value).sum();
            counts.put(event.name(), event.isTime() ? sum / NANOS_PER_MS : sum);
        });
        return counts;
    }

    private static void close(Map<PerfEvent, List<PerfCounter>> counters) {
        counters.values().forEach(ofEvent -> ofEvent.forEach(PerfCounter::close));
    }

    @Override
    public void close() {
        thread.ifPresent(running -> {
            running.interrupt();
            try {
                running.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
