#include "observe/winrm/windows_question.h"

#include "observe/winrm/windows_call.h"

enum {
    CHAT_SERVERS = 1 << HOST_CHAT_SERVER,
    FRONT_ENDS = 1 << HOST_FRONT_END,
    MANAGEMENT = 1 << HOST_MANAGEMENT
};

const struct windows_question windows_questions[] = {
    {1U << HOST_FACT_os, CHAT_SERVERS | FRONT_ENDS | MANAGEMENT, windows_ask_os},
    {1U << HOST_FACT_service, CHAT_SERVERS | FRONT_ENDS | MANAGEMENT, windows_ask_service},
    {1U << HOST_FACT_event, CHAT_SERVERS | FRONT_ENDS, windows_ask_event},
    {1U << HOST_FACT_replica, CHAT_SERVERS, windows_ask_replica},
    {1U << HOST_FACT_store | 1U << HOST_FACT_replication, MANAGEMENT, windows_ask_store},
};
const size_t windows_question_count = COUNT(windows_questions);
