package io.gatun.agent;

import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.CommandInfo;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.TaskID;
import io.gatun.mesos.v1.TaskInfo;
import io.gatun.mesos.v1.Value;
import io.gatun.mesos.v1.Volume;

/** Frameworks and tasks for tests. */
final class Samples {
    static final String FRAMEWORK = "m-0000";
    static final String USER = System.getProperty("user.name");

    private Samples() {}

    static FrameworkInfo framework(FrameworkInfo.Capability.Type... capabilities) {
        FrameworkInfo.Builder framework = FrameworkInfo.newBuilder()
                .setUser(USER)
                .setName("test")
                .setId(FrameworkID.newBuilder().setValue(FRAMEWORK))
                .addRoles("web");
        for (FrameworkInfo.Capability.Type capability : capabilities) {
            framework.addCapabilities(FrameworkInfo.Capability.newBuilder().setType(capability));
        }
        return framework.build();
    }

    static TaskInfo.Builder task(String id) {
        return task(id, "m-S0");
    }

    static TaskInfo.Builder task(String id, String agentId) {
        return TaskInfo.newBuilder()
                .setName("name of " + id)
                .setTaskId(TaskID.newBuilder().setValue(id))
                .setAgentId(AgentID.newBuilder().setValue(agentId))
                .setCommand(CommandInfo.newBuilder().setValue("sleep 1000"))
                .addResources(scalar("cpus", 0.5))
                .addResources(scalar("mem", 64));
    }

    static Resource scalar(String name, double units) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(units))
                .build();
    }

    /** A disk that is not that of the work directory. */
    static Resource disk(double megabytes, Resource.DiskInfo.Source.Type type, String root) {
        Resource.Builder disk = scalar("disk", megabytes).toBuilder();
        Resource.DiskInfo.Source.Builder source =
                disk.getDiskBuilder().getSourceBuilder().setType(type);
        if (type == Resource.DiskInfo.Source.Type.PATH) {
            source.getPathBuilder().setRoot(root);
        } else {
            source.getMountBuilder().setRoot(root);
        }
        return disk.build();
    }

    /** A volume of role web on a disk, mounted at {@code data}. */
    static Resource volume(Resource disk, String id) {
        Resource.Builder volume = disk.toBuilder()
                .addReservations(Resource.ReservationInfo.newBuilder()
                        .setType(Resource.ReservationInfo.Type.DYNAMIC)
                        .setRole("web"));
        volume.getDiskBuilder().getPersistenceBuilder().setId(id);
        volume.getDiskBuilder().getVolumeBuilder().setContainerPath("data").setMode(Volume.Mode.RW);
        return volume.build();
    }
}
