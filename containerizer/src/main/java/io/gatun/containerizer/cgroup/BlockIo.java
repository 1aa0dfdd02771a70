package io.gatun.containerizer.cgroup;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a container did to a block device, in bytes and operations since it was created; io.stat in cgroup-v2.rst,
 * blkio.throttle.* in cgroup-v1/blkio-controller.rst.
 *
 * @param device {@code MAJOR:MINOR}
 */
public record BlockIo(
        String device, long readBytes, long writtenBytes, long discardedBytes, long reads, long writes, long discards) {
    private static final Pattern DEVICE = Pattern.compile("\\d+:\\d+");
    private static final Pattern PAIR = Pattern.compile("([a-z]+)=(\\d{1,18})");

    /** Parses io.stat: {@code 8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6}; a device that did nothing is left out. */
    public static List<BlockIo> unified(String ioStat) {
        List<BlockIo> devices = new ArrayList<>();
        for (String line : ioStat.lines().toList()) {
            String device = line.split(" ", 2)[0];
            Map<String, Long> values = new LinkedHashMap<>();
            Matcher pairs = PAIR.matcher(line);
            while (pairs.find()) {
                values.put(pairs.group(1), Long.parseLong(pairs.group(2)));
            }
            if (DEVICE.matcher(device).matches() && !values.isEmpty()) {
                devices.add(new BlockIo(
                        device,
                        values.getOrDefault("rbytes", 0L),
                        values.getOrDefault("wbytes", 0L),
                        values.getOrDefault("dbytes", 0L),
                        values.getOrDefault("rios", 0L),
                        values.getOrDefault("wios", 0L),
                        values.getOrDefault("dios", 0L)));
            }
        }
        return devices;
    }

    /** Parses blkio.throttle.io_service_bytes and io_serviced of v1, or their _recursive forms: {@code 8:0 Read 1}. */
    public static List<BlockIo> legacy(String serviceBytes, String serviced) {
        Map<String, Map<String, Long>> bytes = byDevice(serviceBytes);
        Map<String, Map<String, Long>> operations = byDevice(serviced);
        return bytes.entrySet().stream()
                .map(entry -> {
                    Map<String, Long> counts = operations.getOrDefault(entry.getKey(), Map.of());
                    return new BlockIo(
                            entry.getKey(),
                            entry.getValue().getOrDefault("Read", 0L),
                            entry.getValue().getOrDefault("Write", 0L),
                            entry.getValue().getOrDefault("Discard", 0L),
                            counts.getOrDefault("Read", 0L),
                            counts.getOrDefault("Write", 0L),
                            counts.getOrDefault("Discard", 0L));
                })
                .toList();
    }

    private static Map<String, Map<String, Long>> byDevice(String text) {
        Map<String, Map<String, Long>> devices = new LinkedHashMap<>();
        for (String line : text.lines().toList()) {
            String[] words = line.split(" ", -1);
            boolean counter = words.length == 3 && DEVICE.matcher(words[0]).matches() && words[2].matches("\\d{1,18}");
            if (counter) {
                devices.computeIfAbsent(words[0], _ -> new LinkedHashMap<>()).put(words[1], Long.parseLong(words[2]));
            }
        }
        return devices;
    }

    /** Bytes of every kind. */
    public long totalBytes() {
        return readBytes + writtenBytes + discardedBytes;
    }

    /** Operations of every kind. */
    public long total() {
        return reads + writes + discards;
    }
}
