package io.gatun.isolator.security;

import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The capabilities of capabilities(7), all until Linux 6.17, in the order of their numbers. */
public enum Capability {
    /** Give files to others. */
    CHOWN(0),
    /** Pass over permissions of files. */
    DAC_OVERRIDE(1),
    /** Read any file, search any directory, open by handle. */
    DAC_READ_SEARCH(2),
    /** Do to files what only their owner may. */
    FOWNER(3),
    /** Keep set-user-id and set-group-id bits when a file changes. */
    FSETID(4),
    /** Signal processes of other users. */
    KILL(5),
    /** Become other groups. */
    SETGID(6),
    /** Become other users. */
    SETUID(7),
    /** Change the bounding and inheritable sets. */
    SETPCAP(8),
    /** Change the immutable and append-only attributes. */
    LINUX_IMMUTABLE(9),
    /** Bind ports below 1024. */
    NET_BIND_SERVICE(10),
    /** Not used by the kernel. */
    NET_BROADCAST(11),
    /** Configure the network of its namespace. */
    NET_ADMIN(12),
    /** Raw and packet sockets. */
    NET_RAW(13),
    /** Lock memory beyond the limit. */
    IPC_LOCK(14),
    /** Pass over permissions of System V IPC. */
    IPC_OWNER(15),
    /** Load and unload kernel modules. */
    SYS_MODULE(16),
    /** I/O ports, /dev/mem. */
    SYS_RAWIO(17),
    /** Change the root, join mount namespaces. */
    SYS_CHROOT(18),
    /** Trace processes of others. */
    SYS_PTRACE(19),
    /** Process accounting. */
    SYS_PACCT(20),
    /** Mount, and most of what root can do. */
    SYS_ADMIN(21),
    /** Reboot, load another kernel. */
    SYS_BOOT(22),
    /** Raise priorities, of others too. */
    SYS_NICE(23),
    /** Pass over limits and quotas. */
    SYS_RESOURCE(24),
    /** Set the clock. */
    SYS_TIME(25),
    /** Configure terminals, hang them up. */
    SYS_TTY_CONFIG(26),
    /** Make device nodes. */
    MKNOD(27),
    /** Leases on files of others. */
    LEASE(28),
    /** Write to the audit log. */
    AUDIT_WRITE(29),
    /** Configure the audit log. */
    AUDIT_CONTROL(30),
    /** Give capabilities to files. */
    SETFCAP(31),
    /** Pass over mandatory access control. */
    MAC_OVERRIDE(32),
    /** Configure mandatory access control. */
    MAC_ADMIN(33),
    /** Read the kernel log and its addresses. */
    SYSLOG(34),
    /** Timers that wake the machine. */
    WAKE_ALARM(35),
    /** Keep the machine awake. */
    BLOCK_SUSPEND(36),
    /** Read the audit log; Linux 3.16. */
    AUDIT_READ(37),
    /** Performance counters; Linux 5.8. */
    PERFMON(38),
    /** Load BPF programs; Linux 5.8. */
    BPF(39),
    /** Checkpoint and restore processes; Linux 5.9. */
    CHECKPOINT_RESTORE(40);

    /** What a container with an image has unless asked otherwise: the set that Docker's users know. */
    public static final Set<Capability> CONTAINER = Collections.unmodifiableSet(EnumSet.of(
            CHOWN,
            DAC_OVERRIDE,
            FOWNER,
            FSETID,
            KILL,
            SETGID,
            SETUID,
            SETPCAP,
            NET_BIND_SERVICE,
            NET_RAW,
            SYS_CHROOT,
            MKNOD,
            AUDIT_WRITE,
            SETFCAP));

    /** Every capability that is known here. */
    public static final Set<Capability> ALL = Collections.unmodifiableSet(EnumSet.allOf(Capability.class));

    private static final String PREFIX = "CAP_";

    private final int number;

    Capability(int number) {
        this.number = number;
    }

    /** By its name, in either case: {@code CAP_NET_RAW}, as manual pages have it, or {@code NET_RAW}, as Mesos has it. */
    public static Optional<Capability> named(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        String plain = upper.startsWith(PREFIX) ? upper.substring(PREFIX.length()) : upper;
        for (Capability capability : values()) {
            if (capability.name().equals(plain)) {
                return Optional.of(capability);
            }
        }
        return Optional.empty();
    }

    /**
     * A list of names.
     *
     * @param field what an error message calls the list
     * @throws IllegalArgumentException for a name that no capability has
     */
    public static Set<Capability> parse(String field, Collection<String> names) {
        EnumSet<Capability> set = EnumSet.noneOf(Capability.class);
        for (String name : names) {
            set.add(named(name)
                    .orElseThrow(() -> new IllegalArgumentException(
                            field + "=" + name + ": is no capability; capabilities(7) has the names")));
        }
        return Collections.unmodifiableSet(set);
    }

    /** A set as the kernel's bit set, bit 0 for {@link #CHOWN}. */
    public static long bits(Set<Capability> set) {
        return set.stream().mapToLong(capability -> 1L << capability.number).reduce(0, (a, b) -> a | b);
    }

    /** The set of a kernel's bit set; bits of capabilities that are not known here are passed over. */
    public static Set<Capability> ofBits(long bits) {
        EnumSet<Capability> set = EnumSet.allOf(Capability.class);
        set.removeIf(capability -> (bits >>> capability.number & 1) == 0);
        return Collections.unmodifiableSet(set);
    }

    /** The number in linux/capability.h: which bit of a set it is. */
    public int number() {
        return number;
    }

    /** The name in manual pages. */
    public String manName() {
        return PREFIX + name();
    }
}
