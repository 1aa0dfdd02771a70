package io.gatun.master.state;

import io.gatun.master.registry.Kind;
import io.gatun.mesos.v1.MachineID;
import io.gatun.mesos.v1.MachineInfo;
import io.gatun.mesos.v1.maintenance.Schedule;
import io.gatun.mesos.v1.maintenance.Window;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What a maintenance schedule and a list of machines must be like (src/master/maintenance.cpp of Apache Mesos). Pure. */
final class MaintenanceRules {
    private static final String OCTET = "(25[0-5]|2[0-4]\\d|1?\\d?\\d)";
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");

    private MaintenanceRules() {}

    /** Says what is wrong. */
    static Optional<String> invalid(Schedule schedule, Collection<MachineInfo> machines) {
        Set<String> seen = new HashSet<>();
        for (Window window : schedule.getWindowsList()) {
            if (window.getMachineIdsCount() == 0) {
                return Optional.of("List of machines in the maintenance window is empty");
            }
            if (window.getUnavailability().getDuration().getNanoseconds() < 0) {
                return Optional.of("Unavailability 'duration' is negative");
            }
            Optional<String> machine = invalid(window.getMachineIdsList(), seen);
            if (machine.isPresent()) {
                return machine;
            }
        }
        return machines.stream()
                .filter(machine -> machine.getMode() == MachineInfo.Mode.DOWN)
                .filter(machine -> !seen.contains(Kind.machineKey(machine.getId())))
                .findFirst()
                .map(machine -> text(machine.getId()) + " is deactivated and cannot be removed from the schedule");
    }

    /** Says what is wrong. */
    static Optional<String> invalid(List<MachineID> machines) {
        return machines.isEmpty() ? Optional.of("List of machines is empty") : invalid(machines, new HashSet<>());
    }

    private static Optional<String> invalid(List<MachineID> machines, Set<String> seen) {
        for (MachineID machine : machines) {
            if (machine.getHostname().isEmpty() && machine.getIp().isEmpty()) {
                return Optional.of("Both 'hostname' and 'ip' for a machine are empty");
            }
            if (!machine.getIp().isEmpty() && !IPV4.matcher(machine.getIp()).matches()) {
                return Optional.of("'ip' is '" + machine.getIp() + "', expected an IPv4 address");
            }
            if (!seen.add(Kind.machineKey(machine))) {
                return Optional.of(text(machine) + " appears more than once in the schedule");
            }
        }
        return Optional.empty();
    }

    static String text(MachineID machine) {
        return "Machine '" + machine.getHostname() + "/" + machine.getIp() + "'";
    }
}
