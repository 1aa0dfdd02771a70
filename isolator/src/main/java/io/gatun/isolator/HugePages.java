package io.gatun.isolator;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes of huge pages, named as the kernel names its files hugetlb.2MB.max: mm/hugetlb_cgroup.c. */
public final class HugePages {
    private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,3})(KB|MB|GB)");
    private static final int KIB_SHIFT = 10;

    private HugePages() {}

    /**
     * The bytes of a page.
     *
     * @throws IllegalArgumentException for another format
     */
    public static long bytes(String size) {
        Matcher matcher = SIZE.matcher(size);
        Limits.require(matcher.matches(), "hugetlbBytes", size, "must be a page size such as 64KB, 2MB or 1GB");
        int steps = switch (matcher.group(2)) {
            case "KB" -> 1;
            case "MB" -> 2;
            default -> 3;
        };
        return Long.parseLong(matcher.group(1)) << (KIB_SHIFT * steps);
    }

    /** The name of a size, such as 2MB. */
    public static String name(long pageBytes) {
        long kib = pageBytes >> KIB_SHIFT;
        if (kib >= 1 << (2 * KIB_SHIFT)) {
            return (kib >> (2 * KIB_SHIFT)) + "GB";
        }
        return kib >= (1 << KIB_SHIFT) ? (kib >> KIB_SHIFT) + "MB" : kib + "KB";
    }

    static void requireMultiple(String size, long limitBytes) {
        Limits.require(
                limitBytes >= 0 && limitBytes % bytes(size) == 0,
                "hugetlbBytes." + size,
                limitBytes,
                "must be 0 (none) or a multiple of the page");
    }
}
