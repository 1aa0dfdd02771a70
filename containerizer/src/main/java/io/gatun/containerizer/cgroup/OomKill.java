package io.gatun.containerizer.cgroup;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the kernel printed when it killed a process because its cgroup had no memory left: mem_cgroup_print_oom_meminfo
 * and dump_header, mm/memcontrol.c and mm/oom_kill.c. The numbers of that moment; the cgroup's files only say later
 * what is left of them.
 *
 * @param usageKib of the cgroup with the limit
 * @param limitKib that it had
 * @param failures times that it was at its limit
 * @param stat memory.stat of that cgroup, in bytes
 * @param task the name of the killed process, empty when it was not printed
 */
public record OomKill(long usageKib, long limitKib, long failures, Map<String, Long> stat, String task) {
    private static final Pattern START = Pattern.compile(".* invoked oom-killer: .*");
    private static final Pattern COUNTER = Pattern.compile("memory: usage (\\d+)kB, limit (\\d+)kB, failcnt (\\d+)");
    private static final Pattern STAT = Pattern.compile("([a-z_]+) (\\d{1,18})");
    private static final Pattern VERDICT = Pattern.compile(
            "oom-kill:constraint=CONSTRAINT_MEMCG,.*oom_memcg=([^,]*),task_memcg=[^,]*,task=(.*),pid=.*");

    public OomKill {
        stat = Map.copyOf(stat);
    }

    /**
     * The last one whose limit was that of a cgroup.
     *
     * @param log the kernel's lines, oldest first
     * @param cgroup the end of its path, such as {@code /gatun/web.1}: the kernel prints the path from the root of the
     *     hierarchy, which a cgroup namespace hides from us
     * @return empty when there is none, or it was not printed: the kernel holds such reports back when they are many
     */
    public static Optional<OomKill> find(List<String> log, String cgroup) {
        for (int i = log.size() - 1; i >= 0; i--) {
            Matcher verdict = VERDICT.matcher(log.get(i));
            if (verdict.matches() && verdict.group(1).endsWith(cgroup)) {
                return parse(log.subList(start(log, i), i), verdict.group(2));
            }
        }
        return Optional.empty();
    }

    private static int start(List<String> log, int verdict) {
        int start = verdict;
        while (start > 0 && !START.matcher(log.get(start)).matches()) {
            start--;
        }
        return start;
    }

    private static Optional<OomKill> parse(List<String> report, String task) {
        Optional<Matcher> counter =
                report.stream().map(COUNTER::matcher).filter(Matcher::matches).findFirst();
        Map<String, Long> stat = new HashMap<>();
        report.stream()
                .map(STAT::matcher)
                .filter(Matcher::matches)
                .forEach(line -> stat.putIfAbsent(line.group(1), Long.parseLong(line.group(2))));
        return counter.map(numbers -> new OomKill(
                Long.parseLong(numbers.group(1)),
                Long.parseLong(numbers.group(2)),
                Long.parseLong(numbers.group(3)),
                stat,
                task));
    }

    /** For people: {@code tail was killed at usage 40960 kB, limit 40960 kB, failcnt 31: anon 40.1 MiB, ...}. */
    public String describe() {
        StringBuilder text = new StringBuilder(task.isEmpty() ? "a process" : task)
                .append(" was killed at usage ")
                .append(usageKib)
                .append(" kB, limit ")
                .append(limitKib)
                .append(" kB, failcnt ")
                .append(failures);
        String separator = ": ";
        // v1 calls anonymous memory rss and the page cache cache; kernel is of Linux 5.18.
        for (String name : List.of("anon", "rss", "file", "cache", "shmem", "kernel")) {
            if (stat.containsKey(name)) {
                text.append(separator).append(name).append(' ').append(mebibytes(stat.get(name)));
                separator = ", ";
            }
        }
        return text.toString();
    }

    /** A number of bytes for people: {@code 40.0 MiB}. */
    public static String mebibytes(long bytes) {
        return Math.round(bytes / 1048576.0 * 10) / 10.0 + " MiB";
    }
}
