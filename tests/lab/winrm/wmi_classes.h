/*
 * The classes of root/cimv2 that the lab has.
 */
#ifndef PCHAT_LAB_WINRM_WMI_CLASSES_H
#define PCHAT_LAB_WINRM_WMI_CLASSES_H

#include "lab/winrm/wmi.h"

extern const struct wmi_class wmi_classes[];
extern const size_t wmi_class_count;

#endif
