package io.gatun.containerizer;

import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.mount.EmptyMounts;

/**
 * A new mount namespace with nothing of the host in it. What the host mounts or unmounts until a container has it does not
 * matter to it.
 *
 * @param namespace for the receiver to join and close
 */
record MadeMounts(OwnedFd namespace) implements AheadPool.Held {
    static AheadPool<MadeMounts> pool() {
        return new AheadPool<>("gatun-mount-pool", Maker::new);
    }

    @Override
    public void close() {
        namespace.close();
    }

    private static final class Maker implements AheadPool.Maker<MadeMounts> {
        private final EmptyMounts mounts = EmptyMounts.open();

        @Override
        public MadeMounts make() {
            return new MadeMounts(mounts.make());
        }

        @Override
        public void close() {
            mounts.close();
        }
    }
}
