package io.gatun.isolator.security.seccomp;

import java.util.Set;

/** What a profile means, said as plainly as possible: the measure of the compiler. */
final class Policy {
    private Policy() {}

    static SeccompAction answer(
            SeccompProfile profile, SeccompTarget target, SeccompArch convention, int number, long... args) {
        boolean x32 = convention == SeccompArch.X86_64 && Integer.compareUnsigned(number, 0x4000_0000) >= 0;
        if (x32) {
            return SeccompAction.ENOSYS;
        }
        SeccompAction strictest = null;
        int highest = -1;
        for (SeccompRule rule : profile.rules()) {
            for (String name : rule.names()) {
                int named = SyscallNames.number(name, convention).orElse(-1);
                highest = Math.max(highest, named);
                boolean stricter = strictest == null || rule.action().kind().compareTo(strictest.kind()) < 0;
                if (named >= 0 && named == number && inForce(rule, target) && matches(rule, args) && stricter) {
                    strictest = rule.action();
                }
            }
        }
        if (strictest != null) {
            return strictest;
        }
        boolean unknown = Integer.compareUnsigned(number, highest) > 0 || highest < 0;
        return unknown && profile.defaultAction().kind() == SeccompAction.Kind.ERRNO
                ? SeccompAction.ENOSYS
                : profile.defaultAction();
    }

    private static boolean matches(SeccompRule rule, long[] args) {
        boolean repeated =
                Set.copyOf(rule.args().stream().map(ArgCondition::index).toList())
                                .size()
                        < rule.args().size();
        return repeated
                ? rule.args().stream().anyMatch(each -> each.test(args[each.index()]))
                : rule.args().stream().allMatch(each -> each.test(args[each.index()]));
    }

    private static boolean inForce(SeccompRule rule, SeccompTarget target) {
        SeccompRule.Scope in = rule.includes();
        SeccompRule.Scope out = rule.excludes();
        boolean included = in.caps().stream().allMatch(target.bounding()::contains)
                && (in.arches().isEmpty() || in.arches().contains(target.arch().goName()))
                && (in.minKernel().isEmpty() || in.minKernel().get().compareTo(target.kernel()) <= 0);
        boolean excluded = out.caps().stream().anyMatch(target.bounding()::contains)
                || out.arches().contains(target.arch().goName())
                || (out.minKernel().isPresent() && out.minKernel().get().compareTo(target.kernel()) <= 0);
        return included && !excluded;
    }
}
