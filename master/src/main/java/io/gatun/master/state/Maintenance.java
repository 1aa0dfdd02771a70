package io.gatun.master.state;

import io.gatun.master.registry.Kind;
import io.gatun.master.registry.RegistryView;
import io.gatun.mesos.v1.MachineID;
import io.gatun.mesos.v1.MachineInfo;
import io.gatun.mesos.v1.Unavailability;
import io.gatun.mesos.v1.maintenance.Schedule;
import io.gatun.mesos.v1.maintenance.Window;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Maintenance of machines (Mesos' {@code docs/maintenance.md}): scheduled ones are DRAINING, and offers of their agents say
 * when they will be unavailable; agents on machines that are DOWN are removed, and refused until the machine is up again.
 * Who holds something on scheduled machines is asked for it by {@link InverseOffers}.
 */
final class Maintenance {
    private static final String DOWN = "Operator initiated 'Machine DOWN'";

    private final World world;
    private final Offers offers;
    private final AgentLosses losses;
    private final InverseOffers inverseOffers;

    Maintenance(World world, Offers offers, AgentLosses losses, InverseOffers inverseOffers) {
        this.world = world;
        this.offers = offers;
        this.losses = losses;
        this.inverseOffers = inverseOffers;
    }

    void recover(RegistryView registry) {
        registry.machines().forEach((key, record) -> world.machines.put(key, record.getInfo()));
        registry.maintenanceSchedules().values().forEach(record -> world.schedule = record.getSchedule());
    }

    /** UPDATE_MAINTENANCE_SCHEDULE: replaces the schedule; machines that leave it are up. */
    Answer schedule(Schedule schedule) {
        Optional<String> invalid = MaintenanceRules.invalid(schedule, world.machines.values());
        if (invalid.isPresent()) {
            return Answer.badRequest(invalid.get());
        }
        Map<String, MachineInfo> after = new LinkedHashMap<>();
        for (Window window : schedule.getWindowsList()) {
            for (MachineID machine : window.getMachineIdsList()) {
                String key = Kind.machineKey(machine);
                MachineInfo before = world.machines.get(key);
                after.put(
                        key,
                        MachineInfo.newBuilder()
                                .setId(machine)
                                .setMode(before == null ? MachineInfo.Mode.DRAINING : before.getMode())
                                .setUnavailability(window.getUnavailability())
                                .build());
            }
        }
        Map<String, MachineInfo> before = Map.copyOf(world.machines);
        replace(schedule, after);
        for (Agent agent : world.agents.values()) {
            String key = key(agent.info.getHostname(), agent.pid);
            // Offers say when their agent will be unavailable: those that say it wrongly are taken back.
            if (!Objects.equals(unavailability(before.get(key)), unavailability(after.get(key)))) {
                offers.rescindAll(agent);
            }
        }
        inverseOffers.refresh();
        return Answer.OK;
    }

    /** START_MAINTENANCE: the agents there are shut down. */
    Answer start(List<MachineID> machines) {
        Optional<String> invalid =
                MaintenanceRules.invalid(machines).or(() -> notIn(machines, MachineInfo.Mode.DRAINING, "brought down"));
        if (invalid.isPresent()) {
            return Answer.badRequest(invalid.get());
        }
        Map<String, MachineInfo> after = new LinkedHashMap<>(world.machines);
        Set<String> down = new HashSet<>();
        for (MachineID machine : machines) {
            String key = Kind.machineKey(machine);
            down.add(key);
            after.computeIfPresent(
                    key,
                    (name, info) ->
                            info.toBuilder().setMode(MachineInfo.Mode.DOWN).build());
        }
        replace(world.schedule, after);
        for (Agent agent : List.copyOf(world.agents.values())) {
            if (down.contains(key(agent.info.getHostname(), agent.pid))) {
                losses.remove(agent, Counter.AGENT_REMOVALS_MAINTENANCE, DOWN);
            }
        }
        return Answer.OK;
    }

    /** STOP_MAINTENANCE: the machines are up, and leave the schedule. */
    Answer stop(List<MachineID> machines) {
        Optional<String> invalid =
                MaintenanceRules.invalid(machines).or(() -> notIn(machines, MachineInfo.Mode.DOWN, "brought up"));
        if (invalid.isPresent()) {
            return Answer.badRequest(invalid.get());
        }
        Map<String, MachineInfo> after = new LinkedHashMap<>(world.machines);
        machines.forEach(machine -> after.remove(Kind.machineKey(machine)));
        Schedule.Builder schedule = Schedule.newBuilder();
        for (Window window : world.schedule.getWindowsList()) {
            List<MachineID> left = window.getMachineIdsList().stream()
                    .filter(machine -> after.containsKey(Kind.machineKey(machine)))
                    .toList();
            if (!left.isEmpty()) {
                schedule.addWindows(window.toBuilder().clearMachineIds().addAllMachineIds(left));
            }
        }
        replace(schedule.build(), after);
        return Answer.OK;
    }

    /** Whether agents on this machine are refused. */
    boolean isDown(String hostname, String pid) {
        MachineInfo machine = world.machines.get(key(hostname, pid));
        return machine != null && machine.getMode() == MachineInfo.Mode.DOWN;
    }

    private Optional<String> notIn(List<MachineID> machines, MachineInfo.Mode mode, String what) {
        for (MachineID machine : machines) {
            MachineInfo info = world.machines.get(Kind.machineKey(machine));
            if (info == null) {
                return Optional.of(MaintenanceRules.text(machine) + " is not part of a maintenance schedule");
            }
            if (info.getMode() != mode) {
                return Optional.of(
                        MaintenanceRules.text(machine) + " is not in " + mode + " mode and cannot be " + what);
            }
        }
        return Optional.empty();
    }

    private void replace(Schedule schedule, Map<String, MachineInfo> machines) {
        world.out.persist(Records.maintenance(schedule, world.machines, machines));
        world.schedule = schedule;
        world.machines.clear();
        world.machines.putAll(machines);
    }

    private static Optional<Unavailability> unavailability(MachineInfo machine) {
        return Optional.ofNullable(machine).map(MachineInfo::getUnavailability);
    }

    /** A machine is its name and its address together. */
    static String key(String hostname, String pid) {
        String ip = AgentPid.parse(pid).map(AgentPid::ip).orElse("");
        return Kind.machineKey(
                MachineID.newBuilder().setHostname(hostname).setIp(ip).build());
    }
}
