package io.gatun.containerizer;

import io.gatun.isolator.Cpuset;
import io.gatun.isolator.DeviceRule;
import io.gatun.isolator.IoLimit;
import io.gatun.isolator.Limits;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Limits as properties of a checkpoint; what is not limited is not written. */
final class SavedLimits {
    private static final String CPUS = "cpus";
    private static final String CPUS_REQUEST = "cpus_request";
    private static final String MEMORY = "memory_bytes";
    private static final String MEMORY_SOFT = "memory_soft_bytes";
    private static final String SWAP = "swap_bytes";
    private static final String PIDS = "pids";
    private static final String IO = "io";
    private static final String IO_WEIGHT = "io_weight";
    private static final String CPUSET_CPUS = "cpuset_cpus";
    private static final String CPUSET_MEMS = "cpuset_mems";
    private static final String HUGETLB = "hugetlb";
    private static final String DEVICES = "devices";
    private static final String BETWEEN = ";";

    private SavedLimits() {}

    /** The properties; the map may be added to. */
    static Map<String, String> save(Limits limits) {
        Map<String, String> values = new HashMap<>();
        values.put(CPUS, Double.toString(limits.cpu().limit()));
        values.put(CPUS_REQUEST, Double.toString(limits.cpu().request()));
        values.put(MEMORY, Long.toString(limits.memoryBytes()));
        values.put(PIDS, Long.toString(limits.pids()));
        put(values, MEMORY_SOFT, limits.memory().softBytes());
        put(values, SWAP, limits.memory().swapBytes());
        put(values, IO_WEIGHT, limits.ioWeight());
        if (!limits.io().isEmpty()) {
            values.put(IO, limits.io().stream().map(SavedLimits::text).collect(Collectors.joining(BETWEEN)));
        }
        limits.cpuset().ifPresent(cpuset -> {
            values.put(CPUSET_CPUS, cpuset.cpus().toString());
            values.put(CPUSET_MEMS, cpuset.mems().toString());
        });
        if (!limits.hugetlbBytes().isEmpty()) {
            values.put(
                    HUGETLB,
                    limits.hugetlbBytes().entrySet().stream()
                            .map(entry -> entry.getKey() + " " + entry.getValue())
                            .collect(Collectors.joining(BETWEEN)));
        }
        if (!limits.devices().isEmpty()) {
            values.put(DEVICES, text(limits.devices()));
        }
        return values;
    }

    private static void put(Map<String, String> values, String key, long value) {
        if (value != 0) {
            values.put(key, Long.toString(value));
        }
    }

    private static String text(IoLimit io) {
        return io.device() + " " + io.readBytesPerSecond() + " " + io.writeBytesPerSecond() + " " + io.readsPerSecond()
                + " " + io.writesPerSecond();
    }

    /** What {@link #save} wrote. */
    static Limits load(Properties saved) {
        double limit = Double.parseDouble(saved.getProperty(CPUS));
        String request = saved.getProperty(CPUS_REQUEST, Double.toString(limit));
        Optional<Cpuset> cpuset = Optional.ofNullable(saved.getProperty(CPUSET_CPUS))
                .map(cpus -> Cpuset.parse(cpus, saved.getProperty(CPUSET_MEMS, "")));
        Map<String, Long> hugetlb = new TreeMap<>();
        parts(saved, HUGETLB)
                .map(part -> part.split(" ", -1))
                .forEach(part -> hugetlb.put(part[0], Long.valueOf(part[1])));
        return new Limits(
                new Limits.Cpu(Double.parseDouble(request), limit),
                new Limits.Memory(number(saved, MEMORY_SOFT), number(saved, MEMORY), number(saved, SWAP)),
                number(saved, PIDS),
                parts(saved, IO).map(SavedLimits::io).toList(),
                (int) number(saved, IO_WEIGHT),
                cpuset,
                hugetlb,
                rules(saved, DEVICES));
    }

    /** Rules for devices in one line. */
    static String text(List<DeviceRule> rules) {
        return rules.stream().map(DeviceRule::toString).collect(Collectors.joining(BETWEEN));
    }

    /** The rules of such a line; none where it is missing. */
    static List<DeviceRule> rules(Properties saved, String key) {
        return parts(saved, key).map(DeviceRule::parse).toList();
    }

    private static IoLimit io(String text) {
        String[] words = text.split(" ", -1);
        return new IoLimit(
                words[0],
                Long.parseLong(words[1]),
                Long.parseLong(words[2]),
                Long.parseLong(words[3]),
                Long.parseLong(words[4]));
    }

    private static long number(Properties saved, String key) {
        return Long.parseLong(saved.getProperty(key, "0"));
    }

    private static Stream<String> parts(Properties saved, String key) {
        String text = saved.getProperty(key, "");
        return text.isEmpty() ? Stream.of() : List.of(text.split(BETWEEN, -1)).stream();
    }
}
