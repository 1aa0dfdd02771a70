import static com.mesosphere.mesos.rx.java.SinkOperations.sink;
import static com.mesosphere.mesos.rx.java.util.UserAgentEntries.literal;

import com.mesosphere.mesos.rx.java.SinkOperation;
import com.mesosphere.mesos.rx.java.protobuf.ProtobufMesosClientBuilder;
import com.mesosphere.mesos.rx.java.protobuf.SchedulerCalls;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import rx.Observable;

/**
 * A framework on mesos-rxjava-protobuf-client, written against the official messages only: launches one task on the first
 * offer, acknowledges its updates, and exits with 0 when it has finished. Run by MesosRxJavaTest in a JVM of its own,
 * with the library's own versions of Netty and protobuf.
 */
public final class RxJavaFramework {
    private static FrameworkID id;
    private static boolean launched;

    public static void main(String[] args) throws Throwable {
        FrameworkInfo info = FrameworkInfo.newBuilder().setUser("nobody").setName("rxjava").build();
        Call subscribe = Call.newBuilder()
                .setType(Call.Type.SUBSCRIBE)
                .setSubscribe(Call.Subscribe.newBuilder().setFrameworkInfo(info))
                .build();
        ProtobufMesosClientBuilder.schedulerUsingProtos()
                .mesosUri(URI.create(args[0]))
                .applicationUserAgentEntry(literal("gatun-test", "1"))
                .subscribe(subscribe)
                .processStream(RxJavaFramework::process)
                .build()
                .openStream()
                .await();
        System.exit(2); // The stream ended before the task.
    }

    private static Observable<Optional<SinkOperation<Call>>> process(Observable<Event> events) {
        return events.concatMap(event -> {
            List<Optional<SinkOperation<Call>>> calls = new ArrayList<>();
            System.out.println(event.getType());
            switch (event.getType()) {
                case SUBSCRIBED:
                    id = event.getSubscribed().getFrameworkId();
                    break;
                case OFFERS:
                    for (Offer offer : event.getOffers().getOffersList()) {
                        calls.add(Optional.of(sink(launched ? SchedulerCalls.decline(id, List.of(offer.getId())) : launch(offer))));
                        launched = true;
                    }
                    break;
                case UPDATE:
                    TaskStatus status = event.getUpdate().getStatus();
                    System.out.println(status.getState());
                    Call acknowledge = SchedulerCalls.ackUpdate(
                            id, status.getUuid(), status.getAgentId(), status.getTaskId());
                    calls.add(Optional.of(
                            status.getState() == TaskState.TASK_FINISHED
                                    ? sink(acknowledge, () -> System.exit(0))
                                    : sink(acknowledge)));
                    break;
                default:
                    break;
            }
            return Observable.from(calls);
        });
    }

    private static Call launch(Offer offer) {
        TaskInfo task = TaskInfo.newBuilder()
                .setName("rx")
                .setTaskId(TaskID.newBuilder().setValue("rx-task"))
                .setAgentId(offer.getAgentId())
                .setCommand(CommandInfo.newBuilder().setValue("true"))
                .addResources(scalar("cpus", 0.5))
                .addResources(scalar("mem", 64))
                .build();
        return Call.newBuilder()
                .setFrameworkId(id)
                .setType(Call.Type.ACCEPT)
                .setAccept(Call.Accept.newBuilder()
                        .addOfferIds(offer.getId())
                        .addOperations(Offer.Operation.newBuilder()
                                .setType(Offer.Operation.Type.LAUNCH)
                                .setLaunch(Offer.Operation.Launch.newBuilder().addTaskInfos(task))))
                .build();
    }

    private static Resource scalar(String name, double value) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(value))
                .build();
    }
}
