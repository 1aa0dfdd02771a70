package io.gatun.agent;

import io.gatun.agent.store.MetaStore;
import io.gatun.agent.store.VolumeDirectories;
import io.gatun.mesos.flags.StartupException;
import io.gatun.mesos.link.CheckpointedResources;
import io.gatun.mesos.resources.Checkpointed;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.Resource;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
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

    private CheckpointedTotal(
            Resources own, MetaStore meta, VolumeDirectories directories, LaunchPool pool, Resources checkpointed) {
        this.own = own;
        this.meta = meta;
        this.directories = directories;
        this.pool = pool;
        this.checkpointed = checkpointed;
    }

    /**
     * Reads what the last agent left.
     *
     * @param own what this agent offers, before any operation
     * @throws StartupException when that has no room for its volumes: to go on would give up what is in them
     */
    static CheckpointedTotal open(Resources own, MetaStore meta, VolumeDirectories directories, LaunchPool pool) {
        Resources checkpointed = Resources.of(meta.checkpointedResources().getResourcesList());
        Resources lost =
                Checkpointed.volumes(Checkpointed.apply(own, checkpointed).unfounded());
        if (!lost.isEmpty()) {
            throw new StartupException(
                    "resources " + own,
                    "this agent has the persistent volumes " + lost + ", which take disk of these",
                    "offer at least that with --resources, or destroy the volumes first");
        }
        CheckpointedTotal total = new CheckpointedTotal(own, meta, directories, pool, checkpointed);
        total.collect();
        return total;
    }

    /** All that the agent has. */
    Resources resources() {
        return Checkpointed.apply(own, checkpointed).total();
    }

    /** As it is told to a master. */
    CheckpointedResources message() {
        return message(checkpointed);
    }

    /**
     * The master's word. Volumes that are not in it any more lose their directories, new ones get theirs: first on disk, then
     * in the checkpoint. One of another size is the same volume and keeps what is in it. What fails is tried again at the
     * next registration, and a task that needs it fails meanwhile, naming the directory.
     */
    void update(CheckpointedResources said) {
        Resources next = Resources.of(said.getResourcesList());
        List<Resource> remaining = new ArrayList<>();
        List<Resource> kept = Checkpointed.volumes(next).toProtos();
        for (Resource volume : Checkpointed.volumes(checkpointed).toProtos()) {
            boolean gone = kept.stream().noneMatch(other -> same(volume, other));
            if (gone && !done(() -> directories.discard(volume))) {
                remaining.add(volume);
            }
        }
        for (Resource volume : kept) {
            done(() -> directories.make(volume));
        }
        Resources written = next.plus(Resources.of(remaining));
        if (!written.equals(checkpointed)) {
            done(() -> meta.saveCheckpointedResources(message(written)));
        }
        checkpointed = next;
        collect();
    }

    /** Ids are unique for each role of an agent, and so are directories. */
    private static boolean same(Resource volume, Resource other) {
        return id(volume).equals(id(other)) && role(volume).equals(role(other));
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
                done(directories::removeGarbage);
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

    private static CheckpointedResources message(Resources resources) {
        return CheckpointedResources.newBuilder()
                .addAllResources(resources.toProtos())
                .build();
    }
}
