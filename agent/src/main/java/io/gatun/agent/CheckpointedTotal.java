package io.gatun.agent;

import io.gatun.agent.store.MetaStore;
import io.gatun.agent.store.VolumeDirectories;
import io.gatun.mesos.flags.StartupException;
import io.gatun.mesos.link.CheckpointedResources;
import io.gatun.mesos.resources.Checkpointed;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.Resource;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What operations have made of this agent's resources, as the master said it last: in memory, in a checkpoint that outlives
 * the agent and its id, and as the directories of volumes. Owned by the loop.
 */
final class CheckpointedTotal {
    private static final Logger LOGGER = LoggerFactory.getLogger(CheckpointedTotal.class);

    private final Resources own;
    private final MetaStore meta;
    private final VolumeDirectories directories;
    private final LaunchPool pool;
    private Resources checkpointed;
    /** Destroyed, and still where they were: the disk is full, read-only or broken. */
    private List<Resource> discarded;

    private CheckpointedTotal(
            Resources own,
            MetaStore meta,
            VolumeDirectories directories,
            LaunchPool pool,
            CheckpointedResources checkpoint) {
        this.own = own;
        this.meta = meta;
        this.directories = directories;
        this.pool = pool;
        this.checkpointed = Resources.of(checkpoint.getResourcesList());
        this.discarded = checkpoint.getDiscardedList();
    }

    /**
     * Reads what the last agent left.
     *
     * @param own what this agent offers, before any operation
     * @throws StartupException when that has no room for its volumes: to go on would give up what is in them
     */
    static CheckpointedTotal open(Resources own, MetaStore meta, VolumeDirectories directories, LaunchPool pool) {
        CheckpointedResources checkpoint = meta.checkpointedResources();
        Resources lost = Checkpointed.volumes(Checkpointed.apply(own, Resources.of(checkpoint.getResourcesList()))
                .unfounded());
        if (!lost.isEmpty()) {
            throw new StartupException(
                    "resources " + own,
                    "this agent has the persistent volumes " + lost + ", which take disk of these",
                    "offer at least that with --resources, or destroy the volumes first");
        }
        CheckpointedTotal total = new CheckpointedTotal(own, meta, directories, pool, checkpoint);
        total.collect();
        return total;
    }

    /** All that the agent has. */
    Resources resources() {
        return Checkpointed.apply(own, checkpointed).total();
    }

    /** As it is told to a master. */
    CheckpointedResources message() {
        return CheckpointedResources.newBuilder()
                .addAllResources(checkpointed.toProtos())
                .build();
    }

    /**
     * The master's word. Volumes that are not in it any more lose their directories, new ones get theirs: first on disk, then
     * in the checkpoint. One of another size is the same volume and keeps what is in it. What fails is tried again at the
     * next registration, and a task that needs it fails meanwhile, naming the directory.
     */
    void update(CheckpointedResources said) {
        Resources next = Resources.of(said.getResourcesList());
        List<Resource> before = Checkpointed.volumes(checkpointed).toProtos();
        List<Resource> kept = Checkpointed.volumes(next).toProtos();
        List<Resource> remaining = new ArrayList<>();
        // Where there was another volume meanwhile, what is left of the old one is that one's now.
        Stream<Resource> stale = discarded.stream().filter(volume -> !isPlaceOfOne(volume, before));
        Stream<Resource> gone = before.stream().filter(volume -> kept.stream().noneMatch(other -> same(volume, other)));
        for (Resource volume : Stream.concat(stale, gone).toList()) {
            if (!done(() -> directories.discard(volume)) && !isPlaceOfOne(volume, kept)) {
                remaining.add(volume);
            }
        }
        for (Resource volume : kept) {
            done(() -> directories.make(volume));
        }
        if (!next.equals(checkpointed) || !remaining.equals(discarded)) {
            done(() -> meta.saveCheckpointedResources(CheckpointedResources.newBuilder()
                    .addAllResources(next.toProtos())
                    .addAllDiscarded(remaining)
                    .build()));
        }
        discarded = remaining;
        checkpointed = next;
        collect();
    }

    /** Ids are unique for each role of an agent; one that is on another disk now was destroyed in between. */
    private static boolean same(Resource volume, Resource other) {
        return id(volume).equals(id(other))
                && role(volume).equals(role(other))
                && volume.getDisk().getSource().equals(other.getDisk().getSource());
    }

    private boolean isPlaceOfOne(Resource discarded, List<Resource> volumes) {
        return volumes.stream().anyMatch(volume -> place(volume).equals(place(discarded)));
    }

    private Optional<Path> place(Resource volume) {
        try {
            return Optional.of(directories.of(volume));
        } catch (IllegalArgumentException nowhere) {
            return Optional.empty();
        }
    }

    private static String id(Resource volume) {
        return volume.getDisk().getPersistence().getId();
    }

    private static String role(Resource volume) {
        return volume.getReservationsCount() == 0
                ? ""
                : volume.getReservationsList().getLast().getRole();
    }

    private void collect() {
        pool.execute(() -> {
            synchronized (directories) {
                done(() -> directories.removeGarbage(Resource.getDefaultInstance()));
                own.filter(disk -> disk.getDisk().hasSource())
                        .toProtos()
                        .forEach(disk -> done(() -> directories.removeGarbage(disk)));
            }
        });
    }

    private static boolean done(Runnable step) {
        try {
            step.run();
            return true;
        } catch (UncheckedIOException | IllegalArgumentException e) {
            LOGGER.error("persistent volumes: {}; to be tried again at the next registration", e.getMessage());
            return false;
        }
    }
}
