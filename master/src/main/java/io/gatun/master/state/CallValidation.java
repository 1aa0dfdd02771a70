package io.gatun.master.state;

import io.gatun.mesos.v1.scheduler.Call;
import java.util.Optional;

/**
 * What a scheduler's call must hold before the state machine sees it (Mesos' {@code src/master/validation.cpp},
 * {@code scheduler::call::validate}). Pure.
 */
public final class CallValidation {
    private static final int UUID_BYTES = 16;

    private CallValidation() {}

    /** Says what is wrong, as a 400 response shows it; empty when the call is valid. */
    public static Optional<String> invalid(Call call) {
        return problem(call).map(error -> "Failed to validate scheduler::Call: " + error);
    }

    private static Optional<String> problem(Call call) {
        if (!call.hasType()) {
            return Optional.of("Expecting 'type' to be present");
        }
        if (call.getType() == Call.Type.SUBSCRIBE) {
            return subscribe(call);
        }
        if (!call.hasFrameworkId()) {
            return Optional.of("Expecting 'framework_id' to be present");
        }
        return switch (call.getType()) {
            case TEARDOWN, REVIVE, SUPPRESS, UNKNOWN, SUBSCRIBE -> Optional.empty();
            case ACCEPT -> present(call.hasAccept(), "accept");
            case DECLINE -> present(call.hasDecline(), "decline");
            case ACCEPT_INVERSE_OFFERS -> present(call.hasAcceptInverseOffers(), "accept_inverse_offers");
            case DECLINE_INVERSE_OFFERS -> present(call.hasDeclineInverseOffers(), "decline_inverse_offers");
            case KILL -> present(call.hasKill(), "kill");
            case SHUTDOWN -> present(call.hasShutdown(), "shutdown");
            case ACKNOWLEDGE ->
                present(call.hasAcknowledge(), "acknowledge")
                        .or(() -> uuid(call.getAcknowledge().getUuid().size(), "acknowledge.uuid"));
            case ACKNOWLEDGE_OPERATION_STATUS ->
                present(call.hasAcknowledgeOperationStatus(), "acknowledge_operation_status")
                        .or(() -> uuid(
                                call.getAcknowledgeOperationStatus().getUuid().size(),
                                "acknowledge_operation_status.uuid"))
                        .or(() -> present(
                                call.getAcknowledgeOperationStatus().hasAgentId(),
                                "acknowledge_operation_status.agent_id"));
            case RECONCILE -> present(call.hasReconcile(), "reconcile");
            case RECONCILE_OPERATIONS -> present(call.hasReconcileOperations(), "reconcile_operations");
            case MESSAGE -> present(call.hasMessage(), "message");
            case REQUEST -> present(call.hasRequest(), "request");
            case UPDATE_FRAMEWORK ->
                present(call.hasUpdateFramework(), "update_framework")
                        .or(() -> sameId(call, call.getUpdateFramework().getFrameworkInfo()));
        };
    }

    private static Optional<String> subscribe(Call call) {
        return present(call.hasSubscribe(), "subscribe")
                .or(() -> sameId(call, call.getSubscribe().getFrameworkInfo()));
    }

    private static Optional<String> sameId(Call call, io.gatun.mesos.v1.FrameworkInfo info) {
        return info.hasId() == call.hasFrameworkId() && info.getId().equals(call.getFrameworkId())
                ? Optional.empty()
                : Optional.of("'framework_id' differs from 'framework_info.id': '"
                        + call.getFrameworkId().getValue() + "' and '"
                        + info.getId().getValue() + "'");
    }

    private static Optional<String> present(boolean present, String field) {
        return present ? Optional.empty() : Optional.of("Expecting '" + field + "' to be present");
    }

    private static Optional<String> uuid(int length, String field) {
        return length == UUID_BYTES
                ? Optional.empty()
                : Optional.of("'" + field + "' is not a valid UUID: " + length + " bytes, expected " + UUID_BYTES);
    }
}
