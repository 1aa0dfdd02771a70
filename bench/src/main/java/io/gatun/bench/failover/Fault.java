package io.gatun.bench.failover;

import io.gatun.testkit.net.NamespaceCluster.Way;
import java.util.EnumSet;
import java.util.Locale;

/** What happens to the leader. */
enum Fault {
    /** SIGKILL. */
    KILLED {
        @Override
        void strike(Cluster cluster, int leader) {
            cluster.masterRole(leader).kill();
        }
    },
    /** SIGSTOP; its kernel goes on accepting connections. */
    PAUSED {
        @Override
        void strike(Cluster cluster, int leader) {
            cluster.masterRole(leader).pause();
        }

        @Override
        void repair(Cluster cluster, int leader) {
            cluster.masterRole(leader).resume();
        }
    },
    /** From all hosts, in both directions. */
    CUT_OFF {
        @Override
        void strike(Cluster cluster, int leader) {
            cluster.cut(leader, EnumSet.allOf(Way.class), cluster.allBut(leader));
        }
    },
    /** It speaks, and hears nobody. */
    DEAF {
        @Override
        void strike(Cluster cluster, int leader) {
            cluster.cut(leader, EnumSet.of(Way.RECEIVING), cluster.allBut(leader));
        }
    },
    /** It hears, and nobody hears it. */
    MUTE {
        @Override
        void strike(Cluster cluster, int leader) {
            cluster.cut(leader, EnumSet.of(Way.SENDING), cluster.allBut(leader));
        }
    },
    /** ZooKeeper still thinks that all is well. */
    CUT_FROM_MASTERS {
        @Override
        void strike(Cluster cluster, int leader) {
            cluster.cut(leader, EnumSet.allOf(Way.class), cluster.otherMasters(leader));
        }
    },
    /** The other masters still acknowledge what it appends. */
    CUT_FROM_ZOOKEEPER {
        @Override
        void strike(Cluster cluster, int leader) {
            cluster.cut(leader, EnumSet.allOf(Way.class), cluster.zookeeperHosts());
        }
    },
    /** Its file system has not a byte left. */
    DISK_FULL {
        @Override
        void strike(Cluster cluster, int leader) {
            cluster.disk(leader).fill();
        }

        @Override
        void repair(Cluster cluster, int leader) {
            // Its process goes on, and opens its log anew by itself.
            cluster.disk(leader).free();
        }
    };

    /** Begins; returns when it is in force. */
    abstract void strike(Cluster cluster, int leader);

    /** Ends it; a master that is no more is started again by the caller. */
    void repair(Cluster cluster, int leader) {
        cluster.heal();
    }

    /** For people. */
    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
