package io.gatun.bench.vip;

import io.gatun.bench.BenchException;
import io.gatun.mesos.v1.CommandInfo;
import io.gatun.mesos.v1.DiscoveryInfo;
import io.gatun.mesos.v1.Label;
import io.gatun.mesos.v1.Labels;
import io.gatun.mesos.v1.Offer;
import io.gatun.mesos.v1.Port;
import io.gatun.mesos.v1.Ports;
import io.gatun.mesos.v1.TaskID;
import io.gatun.mesos.v1.TaskInfo;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Launches real tasks one after the other, ends each, and looks all the time whether it can be found. One thread. */
final class Measurement implements AutoCloseable {
    /** Between two looks: short against what is measured, and leaves the cores to those who are measured. */
    static final long PAUSE_NS = 100_000;

    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);
    private static final int PORT = 31_000;

    private final BenchScheduler scheduler;
    private final DnsProbe dns;
    private final Set<Figures.Place> places = EnumSet.of(Figures.Place.A, Figures.Place.SRV);
    private int number;

    Measurement(BenchStack stack) throws InterruptedException {
        scheduler = BenchScheduler.subscribed(stack.scheduler());
        dns = new DnsProbe(stack.dnsPort());
        if (IpvsProbe.missing().isEmpty()) {
            places.add(Figures.Place.IPVS);
        }
    }

    /** Launches and ends so many tasks. */
    void run(int tasks, Figures figures) throws InterruptedException {
        for (int i = 0; i < tasks; i++) {
            run(figures);
        }
    }

    private void run(Figures figures) throws InterruptedException {
        // Names of their own, so that no answer for one task can be taken for another's.
        String name = "task" + ++number;
        Offer offer = scheduler.offer();
        TaskInfo task = task(name, offer);
        scheduler.launch(offer, task);
        Map<Figures.Place, Long> seen = await(name, true);
        note(figures, Figures.Change.RUNNING, update(true), seen);

        scheduler.kill(task.getTaskId());
        Map<Figures.Place, Long> gone = await(name, false);
        note(figures, Figures.Change.ENDED, update(false), gone);
    }

    /** Passes over what comes before; TASK_STARTING and TASK_KILLING are no answer to anything here. */
    private BenchScheduler.Update update(boolean running) throws InterruptedException {
        while (true) {
            BenchScheduler.Update update = scheduler.update();
            switch (update.status().getState()) {
                case TASK_RUNNING -> {
                    if (running) {
                        return update;
                    }
                }
                case TASK_STAGING, TASK_STARTING, TASK_KILLING -> {}
                case TASK_KILLED -> {
                    if (!running) {
                        return update;
                    }
                    throw unexpected(update);
                }
                default -> throw unexpected(update);
            }
        }
    }

    private static BenchException unexpected(BenchScheduler.Update update) {
        return new BenchException(update.status().getTaskId().getValue() + ": "
                + update.status().getState() + ": " + update.status().getMessage());
    }

    /** @return {@link System#nanoTime} right after the first look at which it was so, by place */
    private Map<Figures.Place, Long> await(String name, boolean present) throws InterruptedException {
        Map<Figures.Place, Long> seen = new EnumMap<>(Figures.Place.class);
        long deadline = System.nanoTime() + TIMEOUT_NS;
        while (seen.size() < places.size()) {
            for (Figures.Place place : places) {
                if (!seen.containsKey(place) && exists(place, name) == present) {
                    seen.put(place, System.nanoTime());
                }
            }
            if (System.nanoTime() - deadline > 0) {
                throw new BenchException(name + (present ? " is not found" : " is still found") + " after "
                        + TimeUnit.NANOSECONDS.toSeconds(TIMEOUT_NS) + " s; seen only: " + seen.keySet());
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LockSupport.parkNanos(PAUSE_NS);
        }
        return seen;
    }

    private boolean exists(Figures.Place place, String name) {
        return switch (place) {
            case A -> dns.exists(name + "." + BenchScheduler.NAME + ".mesos", DnsProbe.A);
            case SRV -> dns.exists("_" + name + "._tcp." + BenchScheduler.NAME + ".mesos", DnsProbe.SRV);
            case IPVS -> IpvsProbe.forwardsTo(PORT);
        };
    }

    private static void note(
            Figures figures, Figures.Change change, BenchScheduler.Update update, Map<Figures.Place, Long> seen) {
        // Both clocks at one moment: the agent's timestamp is seconds since 1970, everything else is monotonic.
        long epochNs = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - System.nanoTime();
        long agentNs = (long) (update.status().getTimestamp() * 1e9) - epochNs;
        seen.forEach((place, ns) -> {
            figures.record(change, place, Figures.Since.UPDATE, ns - update.arrivedNs());
            figures.record(change, place, Figures.Since.AGENT, ns - agentNs);
        });
    }

    private static TaskInfo task(String name, Offer offer) {
        Port.Builder port = Port.newBuilder()
                .setNumber(PORT)
                .setProtocol("tcp")
                .setLabels(Labels.newBuilder()
                        .addLabels(Label.newBuilder().setKey("VIP_0").setValue("/" + name + ":80")));
        return TaskInfo.newBuilder()
                .setName(name)
                .setTaskId(TaskID.newBuilder().setValue(name))
                .setAgentId(offer.getAgentId())
                .addAllResources(offer.getResourcesList())
                .setCommand(CommandInfo.newBuilder()
                        .setShell(false)
                        .setValue("/bin/sleep")
                        .addArguments("sleep")
                        .addArguments("1000"))
                .setDiscovery(DiscoveryInfo.newBuilder()
                        .setVisibility(DiscoveryInfo.Visibility.EXTERNAL)
                        .setName(name)
                        .setPorts(Ports.newBuilder().addPorts(port)))
                .build();
    }

    @Override
    public void close() {
        scheduler.close();
        dns.close();
    }
}
