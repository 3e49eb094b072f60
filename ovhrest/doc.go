package ovhrest
