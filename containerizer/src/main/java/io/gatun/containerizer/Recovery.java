package io.gatun.containerizer;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.gatun.containerizer.session.Streams;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.process.PidFd;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over what an agent before this one left: containers that run, ends that nobody was told of, launches that were
 * cut short. Once, before the first launch.
 */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
    /** For all orphans together. */
    private static final long ORPHANS_TIMEOUT_MS = 60_000;

    private final LinuxContainerizer containerizer;
    private final ConcurrentMap<String, Entry> entries;
    private final Cgroups cgroups;
    private final Cleanup cleanup;
    private final HostParts parts;

    Recovery(
            LinuxContainerizer containerizer,
            ConcurrentMap<String, Entry> entries,
            Cgroups cgroups,
            Cleanup cleanup,
            HostParts parts) {
        this.containerizer = containerizer;
        this.entries = entries;
        this.cgroups = cgroups;
        this.cleanup = cleanup;
        this.parts = parts;
    }

    /**
     * Recovers.
     *
     * @param ids of all that was written down
     * @param expected what is not nested in one of these is destroyed
     */
    void run(List<String> ids, Set<String> expected) {
        List<Entry> ended = new ArrayList<>();
        // The process id of a launch that was interrupted may be that of another container's init by now.
        Set<Long> inits = ids.stream()
                .flatMap(id -> containerizer.checkpoint(id).running().stream())
                .filter(Checkpoint.Running::alive)
                .map(Checkpoint.Running::pid)
                .collect(Collectors.toSet());
        ids.forEach(id -> recover(id, expected(id, expected), ended, inits));
        ended.forEach(containerizer::ended);
        Map<String, CompletableFuture<Termination>> orphans = new HashMap<>();
        entries.keySet().stream()
                .filter(id -> !expected(id, expected))
                .forEach(id -> orphans.put(id, containerizer.destroy(id)));
        long deadlineNs = System.nanoTime() + MILLISECONDS.toNanos(ORPHANS_TIMEOUT_MS);
        orphans.forEach((id, end) -> forget(id, end, deadlineNs));
        cgroups.ids().stream().filter(id -> !entries.containsKey(id)).forEach(cleanup::cgroups);
    }

    private boolean expected(String id, Set<String> expected) {
        return Nesting.expected(
                id, Streams.isProgram(containerizer.checkpoint(id).directory()), expected);
    }

    private void recover(String id, boolean expected, List<Entry> ended, Set<Long> inits) {
        Checkpoint checkpoint = containerizer.checkpoint(id);
        Checkpoint.Config saved = checkpoint.config().orElse(null);
        Optional<Checkpoint.Running> running = checkpoint.running();
        if (saved == null || running.isEmpty()) {
            recoverInterrupted(checkpoint, saved, expected, inits);
            return;
        }
        Entry entry = new Entry(id, saved.limits(), checkpoint);
        entries.put(id, entry);
        Optional<Termination> told = checkpoint.termination();
        Optional<OwnedFd> init = running.filter(Checkpoint.Running::alive).flatMap(r -> PidFd.open(r.pid()));
        if (told.isPresent()) {
            entry.become(new Life.Ended(told.get()));
            entry.termination().complete(told.get());
        } else if (init.isPresent() && running.get().alive()) {
            // Asked again: only now the descriptor says that the id was not reused in between.
            containerizer.watch(
                    entry,
                    new Container(
                            id,
                            running.get().pid(),
                            saved.sandbox(),
                            running.get().startedEpochSeconds()),
                    init.get());
            parts.recovered(id, checkpoint.directory(), running.get().pid());
        } else {
            init.ifPresent(OwnedFd::close);
            ended.add(entry);
        }
    }

    private void forget(String id, CompletableFuture<Termination> end, long deadlineNs) {
        try {
            LOG.info(
                    "container {}: not expected by the agent, destroyed: {}",
                    id,
                    end.get(deadlineNs - System.nanoTime(), NANOSECONDS));
            containerizer.remove(id);
        } catch (TimeoutException e) {
            // It is destroyed and watched; its checkpoint stays for the next recovery.
            LOG.warn(
                    "container {}: not expected by the agent, and still there {} ms after SIGKILL",
                    id,
                    ORPHANS_TIMEOUT_MS);
        } catch (ExecutionException e) {
            throw new IllegalStateException("container " + id, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while container " + id + " was destroyed", e);
        }
    }

    /** The agent died between the first trace of a container and the last step of its launch: nobody was told of it. */
    private void recoverInterrupted(Checkpoint checkpoint, Checkpoint.Config saved, boolean expected, Set<Long> inits) {
        checkpoint.childPid().ifPresent(pid -> {
            if (!inits.contains((long) pid) && Proc.isInit(pid)) {
                Proc.tree(pid).reversed().forEach(Signals::killProcess);
            }
        });
        cleanup.cgroups(checkpoint.id());
        parts.remove(checkpoint.id(), checkpoint.directory());
        if (!expected || saved == null) {
            checkpoint.delete();
            return;
        }
        Entry entry = new Entry(checkpoint.id(), saved.limits(), checkpoint);
        entries.put(checkpoint.id(), entry);
        Termination termination = new Termination(
                checkpoint.id(), -1, Optional.empty(), "the agent died while it launched the container");
        checkpoint.terminated(termination);
        entry.become(new Life.Ended(termination));
        entry.termination().complete(termination);
    }
}
