package io.gatun.isolator.security;

import java.util.Locale;
import java.util.Optional;

/**
 * A limit of getrlimit(2).
 *
 * @param type which
 * @param soft what counts now, as unsigned number in the type's unit; {@link #UNLIMITED} for none
 * @param hard up to where the task may raise it; at least {@code soft}
 */
public record Rlimit(Type type, long soft, long hard) {
    /** RLIM_INFINITY of prlimit64(2). */
    public static final long UNLIMITED = -1;

    /** The types, with their numbers in asm-generic/resource.h; units as in getrlimit(2). */
    public enum Type {
        /** Seconds of processor time. */
        CPU(0),
        /** Bytes of a file. */
        FSIZE(1),
        /** Bytes of the data segment and private writable mappings. */
        DATA(2),
        /** Bytes of the stack. */
        STACK(3),
        /** Bytes of a core file. */
        CORE(4),
        /** Bytes of resident memory; without effect since Linux 2.4.30. */
        RSS(5),
        /** Processes and threads of the user, in all of its containers together. */
        NPROC(6),
        /** One more than the highest descriptor. */
        NOFILE(7),
        /** Bytes of locked memory. */
        MEMLOCK(8),
        /** Bytes of address space. */
        AS(9),
        /** File locks; without effect since Linux 2.4.25. */
        LOCKS(10),
        /** Queued signals. */
        SIGPENDING(11),
        /** Bytes in POSIX message queues. */
        MSGQUEUE(12),
        /** 20 less the lowest nice value. */
        NICE(13),
        /** Real-time priority. */
        RTPRIO(14),
        /** Microseconds of real-time processor time without a blocking call. */
        RTTIME(15);

        private final int number;

        Type(int number) {
            this.number = number;
        }

        /** By its name, in either case: {@code NOFILE}, {@code RLIMIT_NOFILE}, or Mesos' {@code RLMT_NOFILE}. */
        public static Optional<Type> named(String name) {
            String plain = name.toUpperCase(Locale.ROOT).replaceFirst("^(RLIMIT|RLMT)_", "");
            for (Type type : values()) {
                if (type.name().equals(plain)) {
                    return Optional.of(type);
                }
            }
            return Optional.empty();
        }

        int number() {
            return number;
        }

        /** The name in manual pages. */
        public String manName() {
            return "RLIMIT_" + name();
        }
    }

    /** The highest that fs.nr_open can be is not known here; this one the kernel refuses for everybody. */
    private static final long MAX_NOFILE = Integer.MAX_VALUE;

    public Rlimit {
        if (Long.compareUnsigned(soft, hard) > 0) {
            throw new IllegalArgumentException(
                    "rlimits." + type + ".soft=" + shown(soft) + ": must be at most the hard limit, " + shown(hard));
        }
        if (type == Type.NOFILE && Long.compareUnsigned(hard, MAX_NOFILE) > 0) {
            throw new IllegalArgumentException(
                    "rlimits.NOFILE.hard=" + shown(hard) + ": must be at most fs.nr_open; proc_sys_fs(5)");
        }
    }

    /** No limit, as Mesos means a type without values. */
    public static Rlimit unlimited(Type type) {
        return new Rlimit(type, UNLIMITED, UNLIMITED);
    }

    /** For people: the number, or RLIM_INFINITY. */
    static String shown(long value) {
        return value == UNLIMITED ? "RLIM_INFINITY" : Long.toUnsignedString(value);
    }
}
